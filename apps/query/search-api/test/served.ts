import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Authentication } from '@orbweaver/platform/auth/authentication.ts';
import { createKeys } from '@orbweaver/platform/auth/keys.ts';
import { openControlState } from '@orbweaver/platform/control/sqlite.ts';
import { Health } from '@orbweaver/platform/service/health.ts';
import { createLogger } from '@orbweaver/platform/service/logger.ts';
import { createApplication } from '@orbweaver/platform/service/nest/application.ts';
import { datasets } from '@orbweaver/protocols/registry/registry.ts';
import { Questions } from '@orbweaver/query/results/questions.ts';
import { Catalogue } from '@orbweaver/query/search/catalogue.ts';
import type { Reader } from '@orbweaver/query/search/reader.ts';
import { Catalogues } from '../catalogue/catalogues.ts';
import { queryProblem } from '../query-problem.ts';
import { SearchApiModule } from '../search-api.module.ts';

export const schemas = datasets.map(({ schema }) => schema);

/** The search API over a store, and what lets a test in. */
export interface Served {
  readonly app: NestFastifyApplication;
  readonly url: string;
  /** For the header of this name. */
  readonly authorization: string;
}

/** Listens on a free port of the loopback. `timeLimit`: milliseconds that a search may take. */
export async function serve(reader: Reader, timeLimit: number): Promise<Served> {
  const authentication = new Authentication(openControlState(':memory:'), await createKeys());
  authentication.administratorLink(true);
  const authorization = `Bearer ${await authentication.openLocal().token()}`;
  const catalogue = new Catalogue(schemas);
  const app = await createApplication({
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
  return { app, url: await app.getUrl(), authorization };
}
