import { describe, expect, it } from 'vitest';
import { protocol as http } from '@orbweaver/protocols/http/module.ts';
import { waitingLimit } from '@orbweaver/protocols/http/stitcher.ts';
import { protocol as http2 } from '@orbweaver/protocols/http2/module.ts';
import { protocol as websocket } from '@orbweaver/protocols/websocket/module.ts';
import { Talk, dissect, type Result } from './frames.ts';

const upgrade = 'GET /tunnel HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
const switching = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
const get = 'GET /inside HTTP/1.1\r\nHost: b.test\r\n\r\n';
const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';

/** A binary message, unmasked; text is Latin-1 as `Talk` sends it. */
const binary = (text: string): string =>
  text.length < 126
    ? `\x82${String.fromCharCode(text.length)}${text}`
    : `\x82\x7e${String.fromCharCode(text.length >> 8, text.length & 0xff)}${text}`;

const targets = ({ records }: Result): unknown[] =>
  records.filter((record) => record['event.dataset'] === 'http').map((record) => record['url.original']);

const isEachIdOnce = ({ records }: Result): boolean => new Set(records.map((record) => record['event.id'])).size === records.length;

describe('a stream within a stream', () => {
  it('is_recognised_and_its_records_are_the_flows', () => {
    const talk = new Talk();
    const frames = [
      ...talk.open(),
      talk.say(upgrade),
      talk.answer(switching),
      talk.say(binary(get)),
      talk.answer(binary(ok)),
      ...talk.close(),
    ];
    const result = dissect(frames, {}, [http, websocket]);
    expect(targets(result)).toEqual(['/tunnel', '/inside']);
    expect(result.records.map((record) => record['event.dataset']).sort()).toEqual(['flow', 'http', 'http', 'websocket']);
    expect(new Set(result.records.map((record) => record['flow.id'])).size).toBe(1);
    expect(isEachIdOnce(result)).toBe(true);
    expect(result.flows).toMatchObject([{ 'network.protocol': 'http', 'network.protocols': ['http', 'websocket'] }]);
  });

  it('is_looked_into_down_to_a_bounded_depth', () => {
    const talk = new Talk();
    const frames = talk.open();
    const within = (text: string, depth: number): string => (depth === 0 ? text : binary(within(text, depth - 1)));
    for (let depth = 0; depth < 10; depth++) frames.push(talk.say(within(upgrade, depth)), talk.answer(within(switching, depth)));
    const result = dissect(frames, {}, [http, websocket]);
    expect(targets(result)).toHaveLength(5);
    expect(isEachIdOnce(result)).toBe(true);
    expect(result.flows).toMatchObject([{ 'flow.abandoned': ['carried-limit'] }]);
    expect(result.dissector.summary().abandoned).toEqual({ 'websocket: carried-limit': 1 });
  });

  it('that_keeps_more_waiting_than_is_followed_says_so_in_its_flow', () => {
    const talk = new Talk();
    const frames = talk.open();
    frames.push(talk.say(upgrade), talk.answer(switching));
    for (let i = 0; i < waitingLimit + 2; i++) frames.push(talk.say(binary(get)));
    const result = dissect([...frames, ...talk.close()], {}, [http, websocket]);
    expect(targets(result)).toHaveLength(waitingLimit + 3);
    expect(result.flows).toMatchObject([{ 'flow.abandoned': ['exchange-limit'] }]);
    expect(result.dissector.summary().abandoned).toEqual({ 'http: exchange-limit': 2 });
  });

  it('of_the_same_protocol_behind_a_hand_over_takes_no_id_twice', () => {
    const talk = new Talk();
    const connect = 'CONNECT b.test:80 HTTP/1.1\r\nHost: b.test\r\n\r\n';
    const frames = [...talk.open(), talk.say(connect), talk.answer(ok), talk.say(get), talk.answer(ok), ...talk.close()];
    const result = dissect(frames, {}, [http, websocket]);
    expect(targets(result)).toEqual(['b.test:80', '/inside']);
    expect(isEachIdOnce(result)).toBe(true);
  });

  it('may_be_one_of_many_of_a_connection_and_each_is_told_apart', () => {
    const frame = (type: number, flags: number, stream: number, payload: string): string =>
      `\0\0${String.fromCharCode(payload.length, type, flags)}\0\0\0${String.fromCharCode(stream)}${payload}`;
    const literal = (name: string, value: string): string =>
      `\0${String.fromCharCode(name.length)}${name}${String.fromCharCode(value.length)}${value}`;
    const ask =
      literal(':method', 'CONNECT') + literal(':protocol', 'websocket') + literal(':path', '/tunnel') + literal(':authority', 'a.test:80');
    const talk = new Talk();
    const frames = [
      ...talk.open(),
      talk.say(`PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${'\0\0\0\x04\0\0\0\0\0'}`),
      talk.answer('\0\0\0\x04\0\0\0\0\0'),
    ];
    const streams = [1, 3];
    for (const stream of streams) frames.push(talk.say(frame(1, 4, stream, ask)), talk.answer(frame(1, 4, stream, '\x88')));
    for (const stream of streams) frames.push(talk.say(frame(0, 0, stream, binary(get))), talk.answer(frame(0, 0, stream, binary(ok))));
    const result = dissect([...frames, ...talk.close()], {}, [http, http2, websocket]);
    expect(targets(result).sort()).toEqual(['/inside', '/inside', '/tunnel', '/tunnel']);
    const connection = {
      'url.domain': 'a.test',
      'websocket.source.messages': 1,
      'websocket.destination.messages': 1,
      'network.protocol': 'websocket',
    };
    expect(result.records.filter((record) => record['event.dataset'] === 'websocket')).toMatchObject([connection, connection]);
    expect(isEachIdOnce(result)).toBe(true);
    expect(result.flows).toMatchObject([{ 'network.protocol': 'http2', 'network.protocols': ['http2', 'websocket', 'http'] }]);
  });
});
