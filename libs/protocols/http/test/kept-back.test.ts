import { describe, expect, it } from 'vitest';
import { client, pairs, pick, recordsOf, server, type Event } from './talk.ts';

const ask = (framing: string, expects = '100-continue'): Event =>
  client(`POST /ask HTTP/1.1\r\nHost: a.test\r\nExpect: ${expects}\r\n${framing}\r\n\r\n`);
const answer = (status: string): Event => server(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`);
const next = 'GET /next HTTP/1.1\r\nHost: a.test\r\n\r\n';

/** RFC 9110, section 10.1.1: a client that waits for 100 need not send its body where the answer is final. */
describe('a body that was held back until the server would have it', () => {
  it.each(['Content-Length: 4', 'Content-Length: 4000', 'Transfer-Encoding: chunked'])(
    'is_left_out_after_a_final_answer: %s',
    (framing) => {
      const records = recordsOf([ask(framing), answer('401 Unauthorized'), client(next), answer('200 OK')]);
      expect(pairs(records)).toEqual(['POST /ask 401', 'GET /next 200']);
      expect(pick(records[0], 'http.request.body.bytes', 'http.request.truncated', 'http.anomalies')).toEqual({
        'http.request.body.bytes': 0,
      });
    },
  );

  it('is_left_out_by_a_client_that_asks_again_and_again', () => {
    const again = [ask('Content-Length: 5'), answer('401 Unauthorized')];
    const body = [ask('Content-Length: 5'), server('HTTP/1.1 100 Continue\r\n\r\n'), client('GET /'), answer('200 OK')];
    const records = recordsOf([...again, ...again, ...body]);
    expect(pairs(records)).toEqual(['POST /ask 401', 'POST /ask 401', 'POST /ask 200']);
    expect(records.map((record) => record['http.request.body.bytes'])).toEqual([0, 0, 5]);
  });

  it('is_whole_without_an_octet_where_nothing_follows', () => {
    const [record] = recordsOf([ask('Content-Length: 4'), answer('417 Expectation Failed'), { close: 'client' }]);
    expect(pick(record, 'http.request.body.bytes', 'http.request.truncated')).toEqual({ 'http.request.body.bytes': 0 });
  });

  it('is_its_body_if_it_comes_all_the_same', () => {
    const records = recordsOf([ask('Content-Length: 9'), answer('401 Unauthorized'), client(`GETTING !${next}`), answer('200 OK')]);
    expect(pairs(records)).toEqual(['POST /ask 401', 'GET /next 200']);
    expect(records[0]).toMatchObject({ 'http.request.body.bytes': 9 });
  });

  it('is_its_body_if_the_server_asked_for_it_or_some_of_it_had_come', () => {
    const asked = [ask(`Content-Length: ${next.length}`), server('HTTP/1.1 100 Continue\r\n\r\n'), answer('200 OK'), client(next)];
    const begun = [ask(`Content-Length: ${next.length + 1}`), client('!'), answer('200 OK'), client(next)];
    const unasked = [ask(`Content-Length: ${next.length}`, 'nothing'), answer('200 OK'), client(next)];
    for (const events of [asked, begun, unasked]) expect(pairs(recordsOf(events))).toEqual(['POST /ask 200']);
  });

  it('is_its_body_if_its_beginning_is_missing', () => {
    const records = recordsOf([
      ask('Content-Length: 9'),
      answer('401 Unauthorized'),
      { gap: 'client', length: 9 },
      client(next),
      answer('200 OK'),
    ]);
    expect(pairs(records)).toEqual(['POST /ask 401', 'GET /next 200']);
  });
});
