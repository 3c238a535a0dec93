import { describe, expect, it } from 'vitest';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { Verdict } from '../../sdk/module.ts';
import { TestFlow } from '../../sdk/test-flow.ts';
import { detectDtls } from '../dtls/detect.ts';
import { FragmentReader, maximumMessages } from '../dtls/fragments.ts';
import { protocol } from '../module.ts';
import { clientHelloBody, serverHelloBody, serverName, u16, u24, vector16 } from './hello-builder.ts';

const record = (type: number, content: readonly number[], epoch = 0): number[] => [
  type,
  ...u16(0xfefd),
  ...u16(epoch),
  ...new Array<number>(6).fill(0),
  ...vector16(content),
];

function fragment(type: number, sequence: number, body: readonly number[], from = 0, to = body.length): number[] {
  return [type, ...u24(body.length), ...u16(sequence), ...u24(from), ...u24(to - from), ...body.slice(from, to)];
}

/** A ClientHello of DTLS has a cookie behind the session id. */
function helloWithCookie(name: string): number[] {
  const body = [...clientHelloBody({ version: 0xfefd, extensions: [serverName(name)] })];
  return [...body.slice(0, 35), 0, ...body.slice(35)];
}

const hello = helloWithCookie('a.example');
const answer = [...serverHelloBody({ version: 0xfefd })];

function talk(...datagrams: readonly (readonly ['client' | 'server', readonly number[]])[]): TrafficRecord[] {
  const flow = new TestFlow(protocol, { datagrams: true });
  for (const [side, bytes] of datagrams) flow[side](Uint8Array.from(bytes));
  return flow.finish();
}

describe('dtls', () => {
  it('a_hello_in_fragments_out_of_order_and_twice_is_one', () => {
    const [record_] = talk(
      ['client', record(22, fragment(1, 0, hello, 30, 60))],
      ['client', record(22, fragment(1, 0, hello, 50))],
      ['client', record(22, fragment(1, 0, hello, 0, 40))],
      ['client', record(22, fragment(1, 0, hello, 0, 40))],
      ['server', record(22, fragment(2, 0, answer))],
    );
    expect(record_).toMatchObject({ 'tls.version': '1.2', 'tls.version_protocol': 'dtls', 'tls.client.server_name': 'a.example' });
  });

  it('a_hello_whose_random_value_comes_in_pieces_begins_a_handshake', () => {
    const pieces = Array.from({ length: Math.ceil(hello.length / 20) }, (_, i) => [20 * i, Math.min(hello.length, 20 * i + 20)] as const);
    const records = talk(...pieces.map(([from, to]) => ['client', record(22, fragment(1, 0, hello, from, to))] as const));
    expect(records).toMatchObject([{ 'tls.client.server_name': 'a.example' }]);
  });

  it('finished_on_both_sides_is_established_and_a_hello_sent_again_begins_nothing', () => {
    const records = talk(
      ['client', record(22, fragment(1, 0, hello))],
      ['server', [...record(22, fragment(2, 0, answer)), ...record(22, fragment(14, 1, []))]],
      ['client', [...record(22, fragment(16, 1, [1])), ...record(20, [1]), ...record(22, new Array<number>(40).fill(7), 1)]],
      ['server', [...record(20, [1]), ...record(22, new Array<number>(40).fill(8), 1)]],
      ['client', record(22, fragment(1, 0, hello))],
    );
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({ 'tls.established': true, 'tls.resumed': false });
  });

  it('media_between_its_datagrams_is_passed_over', () => {
    const [record_] = talk(['client', [0x80, 0x60, 0, 1, 2, 3]], ['client', record(22, fragment(1, 0, hello))], ['server', [0x80, 0x60]]);
    expect(record_).toMatchObject({ 'tls.client.server_name': 'a.example' });
  });

  it.each([
    ['a_hello', record(22, fragment(1, 0, hello)), Verdict.either],
    ['a_server_hello', record(22, fragment(2, 0, answer)), Verdict.server],
    ['stun_asks_for_more', [0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42, ...new Array<number>(12).fill(0)], Verdict.needMore],
    ['a_record_with_a_byte_behind_it', [...record(22, fragment(1, 0, hello)), 0], Verdict.no],
    ['a_fragment_past_its_message', record(22, [1, ...u24(4), 0, 0, ...u24(2), ...u24(4), 1, 2, 3, 4]), Verdict.no],
    ['application_data_of_a_session_begun_before', record(23, [1, 2, 3], 1), Verdict.either],
  ])('detection_of_%s', (_, bytes, verdict) => {
    expect(detectDtls(Uint8Array.from(bytes), 0, bytes.length)).toBe(verdict);
  });

  it('messages_under_way_are_bounded', () => {
    const reader = new FragmentReader();
    const piece = Uint8Array.of(1);
    for (let sequence = 0; sequence < 60; sequence++) expect(reader.add(1, sequence, 100, 0, piece, 0, 1)).toBeUndefined();
    const rest = new Uint8Array(99);
    expect(reader.add(1, maximumMessages - 1, 100, 1, rest, 0, 99)).toHaveLength(100);
    expect(reader.add(1, 59, 100, 1, rest, 0, 99)).toBeUndefined();
    reader.reset();
  });
});
