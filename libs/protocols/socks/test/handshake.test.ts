import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Verdict, type ProtocolModule } from '../../sdk/module.ts';
import { TestFlow } from '../../sdk/test-flow.ts';
import { detectStream } from '../detect.ts';
import { protocol } from '../module.ts';

const open = (): TestFlow => new TestFlow(protocol as ProtocolModule);
const greeting = '\x05\x01\0';
const choice = '\x05\0';
const request = '\x05\x01\0\x01\xc0\0\x02\x09\0\x50';
const answer = '\x05\0\0\x01\xc0\0\x02\x09\0\x50';
const latin1 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));

describe('socks', () => {
  it('hands_over_what_it_carries_once_the_proxy_agrees', () => {
    const flow = open().client(greeting).server(choice).client(request).server(`${answer}hello`);
    expect(flow.handedOver).toEqual({ protocol: undefined, consumed: answer.length, early: undefined });
  });

  it('a_client_may_ask_before_it_is_answered_and_talk_before_that', () => {
    const flow = open().client(`${greeting}${request}GET /`).server(choice).server(answer);
    expect(flow.handedOver).toMatchObject({ consumed: answer.length, early: { side: 0, bytes: latin1('GET /') } });
  });

  it('any_cutting_gives_the_same', () => {
    const client = `${greeting}${request}`;
    const server = `${choice}${answer}`;
    fc.assert(
      fc.property(fc.nat(client.length), fc.nat(server.length), (cut, other) => {
        const flow = open().client(client.slice(0, cut));
        // A server cannot answer what has not come.
        const answered =
          cut < greeting.length ? '' : cut < client.length ? server.slice(0, Math.min(other, choice.length)) : server.slice(0, other);
        flow.server(answered).client(client.slice(cut));
        if (flow.handedOver === undefined) flow.server(server.slice(answered.length));
        expect(flow.handedOver).toMatchObject({ protocol: undefined });
      }),
    );
  });

  it('a_refusal_ends_it', () => {
    const flow = open().client(greeting).server(choice).client(request).server('\x05\x05').server('more');
    expect(flow.handedOver).toBeUndefined();
  });

  it('more_than_a_handshake_needs_is_not_kept', () => {
    const flow = open()
      .client(`${greeting}${'x'.repeat(2000)}`)
      .server(`${choice}${answer}`);
    expect(flow.handedOver).toBeUndefined();
  });

  it('a_greeting_is_alone_or_a_request_follows', () => {
    const detect = (text: string): Verdict => {
      const bytes = latin1(text);
      return detectStream(bytes, 0, bytes.length, { senderPort: 40000, receiverPort: 4444 });
    };
    expect([greeting, `${greeting}${request}`, `${greeting}x`, `${greeting}${request.slice(0, 3)}\x02`].map(detect)).toEqual([
      Verdict.client,
      Verdict.client,
      Verdict.no,
      Verdict.no,
    ]);
  });
});
