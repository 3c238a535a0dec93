import { describe, expect, it } from 'vitest';
import { Side } from '../../sdk/analyzer.ts';
import type { ProtocolModule } from '../../sdk/module.ts';
import { TestFlow } from '../../sdk/test-flow.ts';
import { protocol } from '../module.ts';

const signature = '\r\n\r\n\0\r\nQUIT\n';
const addresses = '\xc0\0\x02\x01\xc0\0\x02\x02\xc0\0\0\x50';
const headers: readonly [what: string, header: string][] = [
  ['a_line_with_addresses', 'PROXY TCP4 192.0.2.1 192.0.2.2 49152 80\r\n'],
  ['a_line_of_the_longest', `PROXY UNKNOWN ${'f'.repeat(91)}\r\n`],
  ['a_line_that_knows_nothing', 'PROXY UNKNOWN\r\n'],
  ['a_binary_header', `${signature}\x21\x11\0\x0c${addresses}`],
  ['a_binary_header_with_further_fields', `${signature}\x21\x11\x01\x0f${addresses}\x05\x01\0${'u'.repeat(256)}`],
  ['a_binary_header_of_the_proxy_itself', `${signature}\x20\0\0\0`],
];
const open = (): TestFlow => new TestFlow(protocol as ProtocolModule);
const next = 'GET / HTTP/1.1\r\n\r\n';

describe('the PROXY protocol', () => {
  it.each(headers)('%s_is_passed_over_and_what_follows_is_recognised', (_what, header) => {
    const whole = open().client(header + next);
    expect(whole.handedOver).toEqual({ protocol: undefined, consumed: header.length });
    for (let cut = 1; cut <= header.length; cut++) {
      const flow = open().client(header.slice(0, cut));
      expect(flow.handedOver !== undefined, `cut at ${cut}`).toBe(cut === header.length);
      flow.client(header.slice(cut) + next);
      expect(flow.handedOver?.consumed).toBe(cut === header.length ? cut : header.length - cut);
    }
  });

  it('a_line_without_an_end_is_given_up', () => {
    const flow = open().client(`PROXY UNKNOWN ${'f'.repeat(93)}`);
    expect(flow.handedOver).toBeUndefined();
    expect(flow.isDone).toBe(true);
  });

  it('a_server_that_speaks_within_the_header_or_a_hole_ends_it', () => {
    expect(open().client('PROXY TCP4 ').server('220 mail\r\n').isDone).toBe(true);
    expect(open().client(signature).gap(Side.source, 20).isDone).toBe(true);
  });
});
