import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { protocol as http } from '../../http/module.ts';
import { Side } from '../../sdk/analyzer.ts';
import { behind } from '../../sdk/conformance/behind.ts';
import { TestFlow } from '../../sdk/test-flow.ts';
import { protocol } from '../module.ts';

const upgraded = behind(http, protocol);
const request =
  'GET http://Chat.Test:81/rooms?id=7 HTTP/1.1\r\nHost: other.test\r\nUser-Agent: t/1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
  'Sec-WebSocket-Protocol: v2 , v1\r\nSec-WebSocket-Extensions: permessage-deflate; a=1, x\r\n\r\n';
const answer = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: v1\r\n\r\n';

/** A frame; `first` is its first octet. Masked if a key is given. */
function frame(first: number, payload: string | Uint8Array, key?: readonly number[]): Buffer {
  const body = Buffer.from(payload as string);
  const form = body.length < 126 ? 0 : body.length < 65_536 ? 2 : 8;
  const header = Buffer.alloc(2 + form);
  header[0] = first;
  header[1] = (key ? 0x80 : 0) | (form === 0 ? body.length : form === 2 ? 126 : 127);
  if (form === 2) header.writeUInt16BE(body.length, 2);
  if (form === 8) header.writeBigUInt64BE(BigInt(body.length), 2);
  if (key === undefined) return Buffer.concat([header, body]);
  return Buffer.concat([header, Uint8Array.from(key), body.map((octet, i) => octet ^ key[i & 3]!)]);
}

const key = [0x12, 0x34, 0x56, 0x78];

function open(): TestFlow {
  return new TestFlow(upgraded, { hashes: false }).client(request).server(answer);
}

const last = (flow: TestFlow): Record<string, unknown> => flow.finish().at(-1)!;

describe('a websocket connection', () => {
  it('is_one_record_that_knows_its_upgrade', () => {
    const flow = open();
    flow
      .client(frame(0x81, 'hello', key))
      .server(frame(0x82, 'ab'))
      .client(frame(0x88, Buffer.from([3, 232, 0x6f, 0x6b]), key));
    expect(last(flow)).toMatchObject({
      'event.dataset': 'websocket',
      'url.domain': 'chat.test',
      'url.original': 'http://Chat.Test:81/rooms?id=7',
      'user_agent.original': 't/1',
      'websocket.subprotocol': 'v1',
      'websocket.client.protocols': ['v2', 'v1'],
      'websocket.client.extensions': ['permessage-deflate; a=1', 'x'],
      'websocket.source.messages': 1,
      'websocket.source.bytes': 5,
      'websocket.destination.messages': 1,
      'websocket.destination.bytes': 2,
      'websocket.close.code': 1000,
      'websocket.close.reason': 'ok',
      'event.start': '2026-01-01T00:00:00.001000Z',
      'event.end': '2026-01-01T00:00:00.005000Z',
    });
  });

  it('whose_fragments_have_a_ping_between_them_counts_one_message', () => {
    const flow = open();
    flow.client(Buffer.concat([frame(0x01, 'ab', key), frame(0x89, 'ping!', key), frame(0x00, 'c', key), frame(0x80, 'd', key)]));
    expect(last(flow)).toMatchObject({ 'websocket.source.messages': 1, 'websocket.source.bytes': 4 });
  });

  it('counts_lengths_of_all_three_forms', () => {
    const flow = open();
    for (const length of [0, 125, 126, 65_535, 65_536]) flow.server(frame(0x82, Buffer.alloc(length)));
    expect(last(flow)).toMatchObject({ 'websocket.destination.messages': 5, 'websocket.destination.bytes': 131_322 });
  });

  it('closed_without_a_code_has_none_and_the_first_code_counts', () => {
    expect(last(open().client(frame(0x88, '', key)))).not.toHaveProperty(['websocket.close.code']);
    const both = open()
      .server(frame(0x88, Buffer.from([3, 233])))
      .client(frame(0x88, Buffer.from([3, 232]), key));
    expect(last(both)).toMatchObject({ 'websocket.close.code': 1001 });
  });

  it('that_says_something_with_its_answer_loses_nothing_of_it', () => {
    const flow = new TestFlow(upgraded).client(request).client(frame(0x81, 'early', key));
    flow.server(answer + frame(0x81, 'hi').toString('latin1'));
    expect(last(flow)).toMatchObject({ 'websocket.source.bytes': 5, 'websocket.destination.bytes': 2 });
  });

  it('of_which_the_request_is_missing_is_told_all_the_same', () => {
    const flow = new TestFlow(upgraded).server(answer).server(frame(0x81, 'hi'));
    const record = last(flow);
    expect(record).toMatchObject({ 'websocket.subprotocol': 'v1', 'websocket.destination.messages': 1 });
    expect(record).not.toHaveProperty(['url.domain']);
  });
});

describe('what a connection carries', () => {
  it('is_the_payload_of_binary_messages_unmasked', () => {
    const flow = open();
    flow
      .client(frame(0x02, 'SSH-', key))
      .client(frame(0x81, 'no', key))
      .client(frame(0x80, 'x', key))
      .client(frame(0x82, '2.0', key));
    flow.server(frame(0x82, 'SSH-2.0')).server(frame(0xc2, 'packed'));
    flow.finish();
    expect(Buffer.from(flow.carried![0]).toString()).toBe('SSH-2.0');
    expect(Buffer.from(flow.carried![1]).toString()).toBe('SSH-2.0');
  });

  it('is_not_opened_for_text', () => {
    expect(open().client(frame(0x81, 'text', key)).carried).toBeUndefined();
  });
});

describe('what goes wrong', () => {
  it.each([
    ['a reserved opcode', [0x83, 0]],
    ['a reserved bit', [0xa1, 0]],
    ['a control frame in pieces', [0x08, 0]],
    ['a long control frame', [0x88, 126, 1, 0]],
    ['a length past 2^53', [0x82, 127, 0, 0x20, 0, 0, 0, 0, 0, 0]],
    ['a negative length', [0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0]],
  ])('%s_ends_the_reading_of_that_side_only', (_, octets) => {
    const flow = open()
      .server(Uint8Array.from(octets))
      .server(frame(0x81, 'never'))
      .client(frame(0x81, 'hi', key));
    expect(flow.abandoned).toBeUndefined();
    expect(last(flow)).toMatchObject({ 'websocket.source.messages': 1, 'websocket.destination.messages': 0 });
  });

  it('no_frames_on_either_side_are_given_up_with_a_reason_and_still_a_record', () => {
    const flow = open().server('nonsense').client('nonsense');
    expect(flow.abandoned).toBe('websocket-no-frame');
    expect(last(flow)['event.dataset']).toBe('websocket');
  });

  it('a_hole_within_a_payload_is_counted_and_what_follows_is_read', () => {
    const whole = frame(0x82, 'abcdefgh', key);
    const flow = open()
      .client(whole.subarray(0, 8))
      .gap(Side.source, 4)
      .client(whole.subarray(12))
      .client(frame(0x81, 'x', key));
    expect(last(flow)).toMatchObject({ 'websocket.source.messages': 2, 'websocket.source.bytes': 9, 'flow.missed_bytes': 4 });
    expect(Buffer.from(flow.carried![0]).toString()).toBe('abgh');
  });

  it('a_hole_in_a_header_ends_the_reading_of_that_side', () => {
    const flow = open()
      .client(frame(0x81, 'a', key))
      .gap(Side.source, 3)
      .client(frame(0x81, 'b', key))
      .server(frame(0x81, 'c'));
    expect(last(flow)).toMatchObject({ 'websocket.source.messages': 1, 'websocket.destination.messages': 1, 'flow.missed_bytes': 3 });
  });
});

it('any_messages_in_any_pieces_are_counted', () => {
  const message = fc.record({ text: fc.uint8Array({ maxLength: 300 }), parts: fc.integer({ min: 1, max: 4 }), masked: fc.boolean() });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 8 }), fc.integer({ min: 1, max: 50 }), (messages, piece) => {
      const wire = Buffer.concat(
        messages.flatMap(({ text, parts, masked }) =>
          Array.from({ length: parts }, (_, i) => {
            const size = Math.ceil(text.length / parts);
            const first = (i === 0 ? 2 : 0) | (i === parts - 1 ? 0x80 : 0);
            return frame(first, text.subarray(i * size, (i + 1) * size), masked ? key : undefined);
          }),
        ),
      );
      const flow = open();
      for (let at = 0; at < wire.length; at += piece) flow.send(Side.source, wire, at, Math.min(wire.length, at + piece));
      const record = last(flow);
      expect(record['websocket.source.messages']).toBe(messages.length);
      expect(record['websocket.source.bytes']).toBe(messages.reduce((sum, { text }) => sum + text.length, 0));
      expect(Buffer.concat(messages.map(({ text }) => text)).equals(flow.carried?.[0] ?? Buffer.alloc(0))).toBe(true);
    }),
    { numRuns: 60 },
  );
});
