import { once } from 'node:events';
import { connect } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Problem } from '@orbweaver/contracts/http/problem.ts';
import { Authentication } from '@orbweaver/platform/auth/authentication.ts';
import { createKeys } from '@orbweaver/platform/auth/keys.ts';
import { openControlState } from '@orbweaver/platform/control/sqlite.ts';
import { Health } from '@orbweaver/platform/service/health.ts';
import { createLogger } from '@orbweaver/platform/service/logger.ts';
import { createApplication } from '@orbweaver/platform/service/nest/application.ts';
import { MemoryStore } from '@orbweaver/platform/store/memory/memory-store.ts';
import { datasets } from '@orbweaver/protocols/registry/registry.ts';
import { Questions } from '@orbweaver/query/results/questions.ts';
import { Catalogue } from '@orbweaver/query/search/catalogue.ts';
import { QueryTimeout, type Reader, type ReadOptions } from '@orbweaver/query/search/reader.ts';
import { Catalogues } from '../catalogue/catalogues.ts';
import { queryProblem } from '../query-problem.ts';
import { SearchApiModule } from '../search-api.module.ts';

/** Milliseconds that a search may take here. */
const timeLimit = 200;

let app: NestFastifyApplication;
let url: string;
let authorization: string;
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

beforeAll(async () => {
  const authentication = new Authentication(openControlState(':memory:'), await createKeys());
  authentication.administratorLink(true);
  authorization = `Bearer ${await authentication.openLocal().token()}`;
  const schemas = datasets.map(({ schema }) => schema);
  const catalogue = new Catalogue(schemas);
  const reader = endless(new MemoryStore(schemas).reader);
  app = await createApplication({
    modules: [
      SearchApiModule.with({
        questions: new Questions(reader, catalogue),
        catalogues: new Catalogues(datasets, catalogue, reader, '1.2.3'),
        content: { open: () => Promise.resolve(undefined) },
        limits: { timeLimit, maxRange: 86_400e3 },
      }),
    ],
    health: new Health(),
    log: createLogger({ level: 'silent', pretty: false, service: 'test' }),
    tokens: authentication,
    translations: [queryProblem],
  });
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});
afterAll(() => app.close());

const body = JSON.stringify({ datasets: ['flow'] });

test('a_search_that_takes_too_long_is_cut_off_with_advice', async () => {
  const headers = { authorization, 'content-type': 'application/json' };
  const response = await fetch(`${url}/api/v1/search`, { method: 'POST', headers, body });
  expect(response.status).toBe(504);
  const problem = Problem.parse(await response.json());
  expect(problem.type).toBe('urn:orbweaver:problem:query-too-slow');
  expect(problem.detail).toMatch(/longer than 200 ms.*choose a shorter time or a narrower query/);
});

test('a_search_whose_client_went_away_is_cancelled', async () => {
  signal = undefined;
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const head = ['POST /api/v1/search HTTP/1.1', 'Host: x', `Authorization: ${authorization}`, 'Content-Type: application/json'];
  socket.write(`${[...head, `Content-Length: ${String(body.length)}`].join('\r\n')}\r\n\r\n${body}`);
  await expect.poll(() => signal !== undefined, { interval: 5 }).toBe(true);
  socket.destroy();
  await expect.poll(() => signal!.aborted, { interval: 5 }).toBe(true);
});
