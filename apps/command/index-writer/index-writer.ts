import { ContentIndexer } from '@orbweaver/command/indexing/content-indexer.ts';
import { RecordIndexer } from '@orbweaver/command/indexing/record-indexer.ts';
import type { Writer } from '@orbweaver/command/indexing/writer.ts';
import type { BatchHandler } from '@orbweaver/command/streaming/bus.ts';
import { deadLetters, topics } from '@orbweaver/contracts/topics/topics.ts';
import { explain } from '@orbweaver/platform/bus/kafka/client.ts';
import { KafkaBus } from '@orbweaver/platform/bus/kafka/kafka-bus.ts';
import { ensureTopics } from '@orbweaver/platform/bus/kafka/topics.ts';
import { BatchServer } from '@orbweaver/platform/bus/nest/batch-server.ts';
import { batchService } from '@orbweaver/platform/bus/nest/batch-service.ts';
import { Health } from '@orbweaver/platform/service/health.ts';
import type { Logger } from '@orbweaver/platform/service/logger.ts';
import { Operations } from '@orbweaver/platform/service/operations.ts';
import { Stopping, type StopReport } from '@orbweaver/platform/service/stopping.ts';
import { untilDone } from '@orbweaver/platform/service/until-done.ts';
import { storeSettingsOf } from '@orbweaver/platform/store/elasticsearch/config.ts';
import { ElasticsearchContents } from '@orbweaver/platform/store/elasticsearch/contents.ts';
import { openElasticsearchStore } from '@orbweaver/platform/store/elasticsearch/open.ts';
import { inSpans, startTracing } from '@orbweaver/platform/telemetry/tracing.ts';
import { datasets } from '@orbweaver/protocols/registry/registry.ts';
import { registerMetrics } from './metrics.ts';
import type { Config } from './settings.ts';

export interface IndexWriter {
  /** Of health and metrics. */
  readonly port: number;
  stop(): Promise<readonly StopReport[]>;
}

/**
 * The index-writer in this process. It is up at once, and ready when Elasticsearch and Kafka have answered: either may come later, and nothing has to be started
 * again then.
 */
export async function startIndexWriter(config: Config, log: Logger): Promise<IndexWriter> {
  const health = new Health();
  const operations = new Operations(health);
  const stopping = new Stopping();
  const halted = new AbortController();
  const deadline = config.stopDeadline;
  const store = storeSettingsOf(config);
  const schemas = datasets.map(({ schema }) => schema);
  const bus = new KafkaBus(config, 'index-writer', log);
  const stopTracing = await startTracing(config.tracesEndpoint, 'index-writer');

  const waiting = { health, log, ended: halted.signal };
  const begin = async () => {
    const { writer, close } = await untilDone('elasticsearch', () => openElasticsearchStore(schemas, store), waiting);
    stopping.add({ phase: 'close', name: 'store', deadline, run: close });
    const contents = new ElasticsearchContents(store);
    stopping.add({ phase: 'close', name: 'contents', deadline, run: () => contents.close() });
    await untilDone('template of contents', () => contents.prepare(), waiting);
    const source = config.records === 'enriched' ? topics.enriched : topics.records;
    const needed = [source, topics.contents, topics.ends, deadLetters('index-writer')];
    await untilDone('topics', () => ensureTopics(bus.kafka, needed, { replication: config.topicReplication }), { ...waiting, explain });
    const consumer = bus.consumer({ group: 'index-writer', topics: [source.name, topics.contents.name] });
    const producer = await bus.producer();
    const indexer = new RecordIndexer({ writer, consumer, producer });
    const contentIndexer = new ContentIndexer({ store: contents, consumer, producer });
    const { batch: timer } = registerMetrics(operations.metrics, indexer, contentIndexer, writer);
    const handlers: Record<string, BatchHandler['batch']> = {
      [source.name]: async (batch, control) => {
        const end = timer.startTimer();
        await inSpans(
          'store records',
          batch.messages.map(({ headers }) => headers),
          () => indexer.batch(batch, control),
        );
        end();
      },
      [topics.contents.name]: (batch, control) => contentIndexer.batch(batch, control),
    };
    const service = await batchService(handlers, new BatchServer(consumer, indexer), log);
    health.add('bus', () => bus.problem());
    health.add('records', () => writer.problem?.());
    stopping.add({ phase: 'intake', name: 'consumer', deadline, run: () => service.close() });
    keepTidy(writer, config, stopping, log);
    await service.listen();
    log.info({ topic: source.name, prefix: config.indexPrefix }, 'records are stored from now on');
  };

  stopping.add({ phase: 'readiness', name: 'readiness', deadline, run: () => health.enter('stopping') });
  stopping.add({ phase: 'intake', name: 'start', deadline, run: () => halted.abort() });
  stopping.add({ phase: 'release', name: 'bus', deadline, run: () => bus.close() });
  stopping.add({ phase: 'release', name: 'traces', deadline, run: stopTracing });
  stopping.add({ phase: 'release', name: 'operations', deadline, run: () => operations.close() });
  const port = await operations.listen(config.operationsHost, config.operationsPort);
  log.info({ port }, 'health and metrics');
  health.enter('ok');
  void begin().catch((error: unknown) => {
    if (halted.signal.aborted) return;
    health.add('start', () => (error as Error).message);
    log.fatal({ err: error }, 'the start failed');
  });
  return { port, stop: () => stopping.stop() };
}

/** Deletes old indices every so often, also where the cluster's lifecycles do. */
function keepTidy(writer: Writer, config: Config, stopping: Stopping, log: Logger): void {
  const { retentionAge: maxAgeMs, retentionSize: maxBytes, retentionInterval } = config;
  if (maxAgeMs === undefined && maxBytes === undefined) return;
  const policy = { ...(maxAgeMs === undefined ? {} : { maxAgeMs }), ...(maxBytes === undefined ? {} : { maxBytes }) };
  const tidy = async () => {
    try {
      const deleted = await writer.retain(policy, Date.now());
      if (deleted.segments > 0) log.info(deleted, 'old records were deleted');
    } catch (error) {
      log.warn({ err: error }, 'old records could not be deleted; the next time they will be');
    }
  };
  void tidy();
  const timer = setInterval(() => void tidy(), retentionInterval);
  stopping.add({ phase: 'intake', name: 'retention', deadline: config.stopDeadline, run: () => clearInterval(timer) });
}
