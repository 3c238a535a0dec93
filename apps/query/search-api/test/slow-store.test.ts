import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Problem } from '@orbweaver/contracts/http/problem.ts';
import { MemoryStore } from '@orbweaver/platform/store/memory/memory-store.ts';
import { QueryTimeout, type Reader, type ReadOptions } from '@orbweaver/query/search/reader.ts';
import { schemas, serve, type Served } from './served.ts';

/** Milliseconds that a search may take here. */
const timeLimit = 200;

let served: Served;
/** The signal of the search that runs. */
let signal: AbortSignal | undefined;

/** A store whose searches take for ever, as the port promises for such: they end by the signal or by the time limit. */
function endless(reader: Reader): Reader {
  const search = async (_plan: unknown, options: ReadOptions) => {
    signal = options.signal;
    const timer = AbortSignal.timeout(options.timeLimitMs!);
    await once(AbortSignal.any([options.signal!, timer]), 'abort');
    throw options.signal!.aborted ? options.signal!.reason : new QueryTimeout(options.timeLimitMs!);
  };
  return Object.create(reader, { search: { value: search } }) as Reader;
}

beforeAll(async () => (served = await serve(endless(new MemoryStore(schemas).reader), timeLimit)));
afterAll(() => served.app.close());

const body = JSON.stringify({ datasets: ['flow'] });

test('a_search_that_takes_too_long_is_cut_off_with_advice', async () => {
  const headers = { authorization: served.authorization, 'content-type': 'application/json' };
  const response = await fetch(`${served.url}/api/v1/search`, { method: 'POST', headers, body });
  expect(response.status).toBe(504);
  const problem = Problem.parse(await response.json());
  expect(problem.type).toBe('urn:orbweaver:problem:query-too-slow');
  expect(problem.detail).toMatch(/longer than 200 ms.*choose a shorter time or a narrower query/);
});

test('a_search_whose_client_went_away_is_cancelled', async () => {
  signal = undefined;
  const socket = connect(Number(new URL(served.url).port), '127.0.0.1');
  const head = ['POST /api/v1/search HTTP/1.1', 'Host: x', `Authorization: ${served.authorization}`, 'Content-Type: application/json'];
  socket.write(`${[...head, `Content-Length: ${String(body.length)}`].join('\r\n')}\r\n\r\n${body}`);
  await expect.poll(() => signal !== undefined, { interval: 5 }).toBe(true);
  socket.destroy();
  await expect.poll(() => signal!.aborted, { interval: 5 }).toBe(true);
});
