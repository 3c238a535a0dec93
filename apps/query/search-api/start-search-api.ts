import { version } from '@orbweaver/kernel/version.ts';
import { EndedSessions } from '@orbweaver/platform/auth/ended-sessions.ts';
import { readPublicKey, VerifiedTokens } from '@orbweaver/platform/auth/verified-tokens.ts';
import { RedisCache } from '@orbweaver/platform/cache/redis/redis-cache.ts';
import { Health } from '@orbweaver/platform/service/health.ts';
import { keepLooking } from '@orbweaver/platform/service/keep-looking.ts';
import type { Logger } from '@orbweaver/platform/service/logger.ts';
import { createApplication } from '@orbweaver/platform/service/nest/application.ts';
import { measureRequests } from '@orbweaver/platform/service/nest/measure-requests.ts';
import { closeServer, serve } from '@orbweaver/platform/service/nest/serve.ts';
import { Operations } from '@orbweaver/platform/service/operations.ts';
import { Stopping, type StopReport } from '@orbweaver/platform/service/stopping.ts';
import { storeSettingsOf } from '@orbweaver/platform/store/elasticsearch/config.ts';
import { ElasticsearchContents } from '@orbweaver/platform/store/elasticsearch/contents.ts';
import { openElasticsearchReader } from '@orbweaver/platform/store/elasticsearch/open.ts';
import { datasets } from '@orbweaver/protocols/registry/registry.ts';
import { Questions } from '@orbweaver/query/results/questions.ts';
import { Catalogue } from '@orbweaver/query/search/catalogue.ts';
import { Catalogues } from './catalogue/catalogues.ts';
import { queryProblem, whileAway } from './query-problem.ts';
import { SearchApiModule } from './search-api.module.ts';
import type { Config } from './settings.ts';

export interface SearchApi {
  readonly url: string;
  /** Of health and metrics. */
  readonly operationsPort: number;
  stop(): Promise<readonly StopReport[]>;
}

/** The read side as a process of its own, over Elasticsearch. It is up at once, and ready while Elasticsearch and Redis answer. */
export async function startSearchApi(config: Config, log: Logger): Promise<SearchApi> {
  if (config.tokenPublicKey === undefined) throw new Error('tokenPublicKey: expected the file with the public key of the control-api');
  const publicKey = readPublicKey(config.tokenPublicKey);
  const schemas = datasets.map(({ schema }) => schema);
  const catalogue = new Catalogue(schemas);
  const health = new Health();
  const operations = new Operations(health);
  const stopping = new Stopping();
  const deadline = config.stopDeadline;

  const store = openElasticsearchReader(schemas, storeSettingsOf(config));
  const contents = new ElasticsearchContents(storeSettingsOf(config));
  const memory = new RedisCache(config, log);
  health.add('redis', () => memory.problem());
  const elasticsearch = keepLooking('elasticsearch', () => store.check(), health, log);
  stopping.add({ phase: 'readiness', name: 'readiness', deadline, run: () => health.enter('stopping') });
  stopping.add({ phase: 'readiness', name: 'looking', deadline, run: () => elasticsearch.stop() });
  stopping.add({ phase: 'close', name: 'store', deadline, run: () => store.close() });
  stopping.add({ phase: 'close', name: 'contents', deadline, run: () => contents.close() });
  stopping.add({ phase: 'close', name: 'working memory', deadline, run: () => memory.close() });
  stopping.add({ phase: 'release', name: 'operations', deadline, run: () => operations.close() });

  const app = await createApplication({
    health,
    log,
    trustedProxies: config.trustedProxies,
    tokens: new VerifiedTokens(publicKey, new EndedSessions(memory)),
    translations: [whileAway(elasticsearch.problem), queryProblem],
    modules: [
      SearchApiModule.with({
        questions: new Questions(store.reader, catalogue),
        catalogues: new Catalogues(datasets, catalogue, store.reader, version),
        content: contents,
        limits: { timeLimit: config.searchTimeLimit, maxRange: config.searchMaxRange },
      }),
    ],
  });
  measureRequests(app, operations.metrics);
  stopping.add({ phase: 'drain', name: 'requests', deadline, run: (signal) => closeServer(app, signal) });

  try {
    const operationsPort = await operations.listen(config.operationsHost, config.operationsPort);
    const url = await serve(app, config.host, config.port);
    health.enter('ok');
    log.info({ url, operationsPort }, 'questions are answered');
    return { url, operationsPort, stop: () => stopping.stop() };
  } catch (error) {
    await stopping.stop();
    throw error;
  }
}
