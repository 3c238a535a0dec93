import { describe, expect, it } from 'vitest';
import { client, hear, server, timeless, type Event } from './talk.ts';

const request = 'GET /a?b HTTP/1.1\r\nHost: a\r\nX-Fold: 1\r\n 2\r\n\r\n';
const upload = 'POST /u HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;e="1"\r\nhello\r\n0\r\nT: 1\r\n\r\n';
const form =
  'POST /f HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 76\r\n\r\n' +
  '--b\r\nContent-Disposition: form-data; name="n"; filename=f\r\n\r\na\r\n--c\r\n--b--\r\n';
const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n\r\nabc';
const upgrade = 'GET /w HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

const conversations: Record<string, readonly Event[]> = {
  plain: [client(request), server(ok), client(request), server('HTTP/1.1 304 Not Modified\r\n\r\n')],
  pipelined: [client(request + upload + request), server(ok + ok + ok)],
  'chunked and interim': [
    client(upload),
    server(
      `HTTP/1.1 100 Continue\r\n\r\n${ok.replace('Content-Length: 3', 'Transfer-Encoding: chunked').replace('abc', '3\r\nabc\r\n0\r\n\r\n')}`,
    ),
  ],
  form: [client(form), server(ok)],
  'until close': [client(request), server('HTTP/1.0 200 OK\n\nbody'), { close: 'server' }],
  'old version': [client('GET /old\r\n'), server('HTML body'), { close: 'server' }],
  'internet radio': [client(request), server('ICY 200 OK\r\nicy-br: 64\r\n\r\nmusic'), { close: 'server' }],
  'old version, new answer': [client('GET /old\r\n'), server(ok)],
  'upgrade refused': [client(upgrade), client(request), server(ok + ok)],
  'broken chunk': [client(upload.replace('5;e', 'xyz')), client(request), server(ok + ok)],
  'broken start': [client(`\x00\x01nothing\r\n${request}`), server(ok)],
  'odd lengths': [client(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 2\r\n\r\nxGET /h HTTP/1.1\r\n\r\n`), server(ok + ok)],
  'hole in a body': [client(request), server(ok.slice(0, -2)), { gap: 'server', length: 1 }, server('c'), client(request), server(ok)],
  'hole in a head': [
    client(request),
    server('HTTP/1.1 200 OK\r\nContent'),
    { gap: 'server', length: 9 },
    server(`x\r\n\r\n`),
    client(request),
    server(ok),
  ],
  'answer only': [server(ok + ok)],
  'body kept back': [
    client('PUT /k HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 400\r\n\r\n'),
    server('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n'),
    client(request),
    server(ok),
  ],
  'body sent all the same': [
    client('PUT /k HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 8\r\n\r\n'),
    server('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n'),
    client(`PUT\r\n\r\n!${request}`),
    server(ok),
  ],
  'early timeout': [client('GET /x HTTP/1.1\r\nHo'), server('HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n')],
};

describe('the same octets in other pieces', () => {
  it.each(Object.entries(conversations))('give_the_same_records: %s', (_, events) => {
    const whole = hear(events);
    for (const pieces of [1, 2, 3, 7, 19])
      expect(timeless(hear(events, {}, pieces).records), `pieces of ${pieces}`).toEqual(timeless(whole.records));
  });

  it.each(Object.entries(conversations))('cut_in_two_at_every_octet_give_the_same_records: %s', (_, events) => {
    const whole = timeless(hear(events).records);
    events.forEach((event, i) => {
      const text = 'client' in event ? event.client : 'server' in event ? event.server : '';
      const make = 'client' in event ? client : server;
      for (let at = 1; at < text.length; at++) {
        const cut = [...events.slice(0, i), make(text.slice(0, at)), make(text.slice(at)), ...events.slice(i + 1)];
        expect(timeless(hear(cut).records), `event ${i} cut at ${at}`).toEqual(whole);
      }
    });
  });

  it('a_hand_over_leaves_the_same_octets_to_the_next_protocol', () => {
    const answer = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n';
    for (let at = 1; at < answer.length; at++) {
      const { flow } = hear([client(upgrade), server(answer.slice(0, at)), server(`${answer.slice(at)}next`)]);
      expect(flow.handedOver).toEqual({ protocol: 'websocket', consumed: answer.length - at });
    }
  });
});
