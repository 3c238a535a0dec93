import { version } from '@orbweaver/kernel/version.ts';
import { EndedSessions } from '@orbweaver/platform/auth/ended-sessions.ts';
import { readPublicKey, VerifiedTokens } from '@orbweaver/platform/auth/verified-tokens.ts';
import { RedisCache } from '@orbweaver/platform/cache/redis/redis-cache.ts';
import { Health } from '@orbweaver/platform/service/health.ts';
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
import type { Reader } from '@orbweaver/query/search/reader.ts';
import { Catalogues } from './catalogue/catalogues.ts';
import { queryProblem } from './query-problem.ts';
import { SearchApiModule } from './search-api.module.ts';
import type { Config } from './settings.ts';

/** Milliseconds between two looks at the store. */
const watchInterval = 5000;

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
  stopping.add({ phase: 'readiness', name: 'readiness', deadline, run: () => health.enter('stopping') });
  stopping.add({ phase: 'close', name: 'store', deadline, run: () => store.close() });
  stopping.add({ phase: 'close', name: 'contents', deadline, run: () => contents.close() });
  stopping.add({ phase: 'close', name: 'working memory', deadline, run: () => memory.close() });
  stopping.add({ phase: 'release', name: 'operations', deadline, run: () => operations.close() });

  const app = await createApplication({
    health,
    log,
    trustedProxies: config.trustedProxies,
    tokens: new VerifiedTokens(publicKey, new EndedSessions(memory)),
    translations: [queryProblem],
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

  const unwatch = watch(store.reader, health, log);
  stopping.add({ phase: 'readiness', name: 'watch', deadline, run: unwatch });
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

/** Asks the store every so often whether it is there, for readiness. Returns how to end that. */
function watch(reader: Reader, health: Health, log: Logger): () => void {
  let problem: string | undefined = 'not yet asked';
  health.add('elasticsearch', () => problem);
  const look = async () => {
    const before = problem;
    problem = await reader.status().then(
      () => undefined,
      (error: unknown) => (error as Error).message,
    );
    if (problem !== undefined && problem !== before)
      log.warn({ reason: problem }, 'Elasticsearch does not answer; asking again until it does');
    if (problem === undefined && before !== undefined) log.info('Elasticsearch answers');
  };
  void look();
  const timer = setInterval(() => void look(), watchInterval);
  return () => clearInterval(timer);
}
