import { deadLetters, topics } from '@orbweaver/contracts/topics/topics.ts';
import type { Producer } from '@orbweaver/command/streaming/bus.ts';
import { Redactor } from '@orbweaver/command/policies/redactor.ts';
import { defaultRedaction } from '@orbweaver/command/policies/redaction-policy.ts';
import { explain } from '@orbweaver/platform/bus/kafka/client.ts';
import { KafkaBus } from '@orbweaver/platform/bus/kafka/kafka-bus.ts';
import { ensureTopics, mustHaveTopic } from '@orbweaver/platform/bus/kafka/topics.ts';
import { watchPartitions } from '@orbweaver/platform/bus/kafka/watch-partitions.ts';
import { BatchServer } from '@orbweaver/platform/bus/nest/batch-server.ts';
import { batchService } from '@orbweaver/platform/bus/nest/batch-service.ts';
import { contentPolicyOf } from '@orbweaver/platform/content/settings.ts';
import { SentContents } from '@orbweaver/platform/content/sent-content.ts';
import { RedisCache } from '@orbweaver/platform/cache/redis/redis-cache.ts';
import { Health } from '@orbweaver/platform/service/health.ts';
import type { Logger } from '@orbweaver/platform/service/logger.ts';
import { Operations } from '@orbweaver/platform/service/operations.ts';
import type { Started } from '@orbweaver/platform/service/run-process.ts';
import { Stopping } from '@orbweaver/platform/service/stopping.ts';
import { untilDone } from '@orbweaver/platform/service/until-done.ts';
import { inSpan, startTracing, traceHeaders } from '@orbweaver/platform/telemetry/tracing.ts';
import { CachedCheckpoints } from './cached-checkpoints.ts';
import { Dissection } from './dissection.ts';
import { registerMetrics } from './metrics.ts';
import type { Config } from './settings.ts';

/** The consumer group, and the writer of the records. */
const group = 'dissector';

/** The dissector in this process. It is up at once, and ready when Kafka and Redis have answered and there are frames to be read. */
export async function startDissector(config: Config, log: Logger): Promise<Started> {
  const health = new Health();
  const operations = new Operations(health);
  const stopping = new Stopping();
  const deadline = config.stopDeadline;
  const port = await operations.listen(config.operationsHost, config.operationsPort);
  log.info({ host: config.operationsHost, port }, 'health and metrics are served');
  const stopTracing = await startTracing(config.tracesEndpoint, group);
  const bus = new KafkaBus(config, group, log);
  const cache = new RedisCache(config, log);
  const producer = await bus.producer();
  const consumer = bus.consumer({ group, topics: [topics.frames.name] });
  health.add('kafka', () => bus.problem());
  health.add('working memory', () => cache.problem());
  const redactor = redactorOf(config);
  const contents = new SentContents({ policy: contentPolicyOf(config), redact: (bytes) => redactor.redactContent(bytes) });
  const dissection = new Dissection(
    {
      recordsTopic: topics.records.name,
      namesTopic: topics.names.name,
      contentsTopic: topics.contents.name,
      deadLetterTopic: deadLetters(group).name,
      waitingBytes: config.recordsWaiting,
      analysis: {
        replayLimit: config.replayLimit,
        dissection: { flowLimit: config.flowLimit, reassemblyLimit: config.reassemblyLimit },
      },
    },
    {
      producer,
      checkpoints: new CachedCheckpoints(cache, group, log),
      redactor,
      contents,
      tracing: { handle: (headers, work) => inSpan('dissect frames', 'consumer', headers, work), headers: traceHeaders },
      commit: (partition, offset) => consumer.commit(partition, offset),
    },
    config.checkpointInterval,
    log,
  );
  health.add('checkpoints', () => dissection.problem());
  health.add('frames', () => dissection.refusal());
  registerMetrics(operations.metrics, dissection, contents.counters);
  stopping.add({ phase: 'readiness', name: 'readiness', deadline, run: () => health.enter('stopping') });
  stopping.add({ phase: 'flush', name: 'last checkpoint', deadline, run: () => dissection.stop() });
  stopping.add({ phase: 'release', name: 'bus', deadline, run: () => bus.close() });
  stopping.add({ phase: 'release', name: 'traces', deadline, run: stopTracing });
  stopping.add({ phase: 'release', name: 'working memory', deadline, run: () => cache.close() });
  stopping.add({ phase: 'release', name: 'health and metrics', deadline, run: () => operations.close() });

  const halted = new AbortController();
  stopping.add({ phase: 'intake', name: 'start', deadline, run: () => halted.abort() });
  const begin = async () => {
    const make = () => makeTopics(config, bus, producer);
    const partitions = await untilDone('frames to read', make, { health, log, ended: halted.signal, explain });
    // What comes of added partitions goes to partitions of the same numbers.
    const watch = watchPartitions(producer, topics.frames.name, partitions, async () => void (await make()), { log });
    stopping.add({ phase: 'intake', name: 'partitions', deadline, run: () => watch.stop() });
    const app = await batchService(
      { [topics.frames.name]: (batch, control) => dissection.batch(batch, control) },
      new BatchServer(consumer, dissection),
      log,
    );
    stopping.add({ phase: 'close', name: 'group', deadline, run: () => app.close() });
    await app.listen();
  };
  health.enter('ok');
  void begin().catch((error: unknown) => {
    if (halted.signal.aborted) return;
    health.add('start', () => explain(error));
    log.fatal({ err: error }, 'the start failed');
  });
  return { stop: () => stopping.stop() };
}

function redactorOf(config: Config): Pick<Redactor, 'redact' | 'redactContent'> {
  if (!config.redaction) return { redact: (record) => record, redactContent: (bytes) => bytes };
  return new Redactor({
    ...defaultRedaction,
    credentialHeaders: config.redactCredentialHeaders,
    cookieHeaders: config.redactCookieHeaders,
    parameters: config.redactParameters,
  });
}

/** Makes the topics of the dissectors with as many partitions as the whisperers' has, which it resolves to. Rejects while that is not there. */
async function makeTopics(config: Config, bus: KafkaBus, producer: Producer): Promise<number> {
  await mustHaveTopic(bus.kafka, topics.frames);
  const partitions = await producer.partitionsOf(topics.frames.name);
  await ensureTopics(bus.kafka, [topics.records, topics.names, topics.contents, deadLetters(group)], {
    replication: config.kafkaReplication,
    partitions,
    grows: true,
  });
  return partitions;
}
