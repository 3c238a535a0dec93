import { randomUUID } from 'node:crypto';
import { standingEnrichers } from '@orbweaver/command/enrichment/enrichers.ts';
import { KnownNames } from '@orbweaver/command/enrichment/stage/known-names.ts';
import { RecordEnricher } from '@orbweaver/command/enrichment/stage/record-enricher.ts';
import type { Producer } from '@orbweaver/command/streaming/bus.ts';
import { deadLetters, topics } from '@orbweaver/contracts/topics/topics.ts';
import { explain } from '@orbweaver/platform/bus/kafka/client.ts';
import { KafkaBus } from '@orbweaver/platform/bus/kafka/kafka-bus.ts';
import { ensureTopics, mustHaveTopic } from '@orbweaver/platform/bus/kafka/topics.ts';
import { watchPartitions } from '@orbweaver/platform/bus/kafka/watch-partitions.ts';
import { BatchServer } from '@orbweaver/platform/bus/nest/batch-server.ts';
import { batchService } from '@orbweaver/platform/bus/nest/batch-service.ts';
import { IeeeRegistry } from '@orbweaver/platform/mac-vendors/ieee-registry.ts';
import { Health } from '@orbweaver/platform/service/health.ts';
import type { Logger } from '@orbweaver/platform/service/logger.ts';
import { Operations } from '@orbweaver/platform/service/operations.ts';
import type { Started } from '@orbweaver/platform/service/run-process.ts';
import { Stopping } from '@orbweaver/platform/service/stopping.ts';
import { untilDone } from '@orbweaver/platform/service/until-done.ts';
import { inSpan, startTracing, traceHeaders } from '@orbweaver/platform/telemetry/tracing.ts';
import { registerMetrics } from './metrics.ts';
import { NamesReader } from './names-reader.ts';
import type { Config } from './settings.ts';

/** The consumer group, and the writer of the records. */
const group = 'enricher';
/** Milliseconds between two commits, and between two looks at what waits. */
const commitInterval = 1000;
const lookInterval = 500;

export async function startEnricher(config: Config, log: Logger, ended: AbortSignal): Promise<Started> {
  const health = new Health();
  const operations = new Operations(health);
  const stopping = new Stopping();
  const deadline = config.stopDeadline;
  const port = await operations.listen(config.operationsHost, config.operationsPort);
  log.info({ host: config.operationsHost, port }, 'health and metrics are served');
  const stopTracing = await startTracing(config.tracesEndpoint, group);
  const bus = new KafkaBus(config, group, log);
  const producer = await bus.producer();
  health.add('kafka', () => bus.problem());
  stopping.add({ phase: 'readiness', name: 'readiness', deadline, run: () => health.enter('stopping') });
  stopping.add({ phase: 'release', name: 'bus', deadline, run: () => bus.close() });
  stopping.add({ phase: 'release', name: 'traces', deadline, run: stopTracing });
  stopping.add({ phase: 'release', name: 'health and metrics', deadline, run: () => operations.close() });

  const partitions = await untilDone('records to read', () => makeTopics(config, bus, producer), { health, log, ended, explain });
  const names = new KnownNames(partitions);
  // A group of its own: every enricher reads all of it.
  const namesConsumer = bus.consumer({ group: `${group}-names-${randomUUID()}`, topics: [topics.names.name] });
  const consumer = bus.consumer({ group, topics: [topics.records.name] });
  const enricher = new RecordEnricher(
    { waitingBytes: config.recordsWaiting, patience: config.namesPatience },
    {
      ...{ names, producer, consumer },
      enrichers: standingEnrichers(new IeeeRegistry()),
      tracing: { handle: (headers, work) => inSpan('enrich records', 'consumer', headers, work), headers: traceHeaders },
      namesProblem: () => namesConsumer.problem(),
      now: () => performance.now(),
    },
  );
  health.add('records', () => enricher.problem());
  const reader = new NamesReader(names, () => enricher.pump(), log);
  registerMetrics(operations.metrics, enricher, names, reader);
  const commit = () => enricher.commit().catch((error: unknown) => log.debug({ err: error }, 'offsets are committed later'));
  const committing = setInterval(() => void commit(), commitInterval);
  const looking = setInterval(() => enricher.pump(), lookInterval);
  stopping.add({
    phase: 'flush',
    name: 'offsets',
    deadline,
    run: () => {
      clearInterval(committing);
      clearInterval(looking);
      return commit();
    },
  });
  const app = await batchService(
    { [topics.records.name]: (batch, control) => enricher.batch(batch, control) },
    new BatchServer(consumer, enricher),
    log,
  );
  stopping.add({ phase: 'close', name: 'group', deadline, run: () => app.close() });
  void namesConsumer.start(reader);
  await app.listen();
  health.enter('ok');
  const outdated = new Promise<string>((resolve) => {
    const outdate = (now: number) =>
      resolve(
        `${topics.records.name} has ${now} partitions and had ${partitions} when this began: names of the others would be missed, so it has to be started again`,
      );
    const watch = watchPartitions(producer, topics.records.name, partitions, outdate, { log });
    stopping.add({ phase: 'intake', name: 'partitions', deadline, run: () => watch.stop() });
  });
  return { outdated, stop: () => stopping.stop() };
}

/** Makes the topic of the enrichers with as many partitions as the dissectors' have, which it resolves to. Rejects while those are not there. */
async function makeTopics(config: Config, bus: KafkaBus, producer: Producer): Promise<number> {
  await mustHaveTopic(bus.kafka, topics.records);
  await mustHaveTopic(bus.kafka, topics.names);
  const partitions = await producer.partitionsOf(topics.records.name);
  await ensureTopics(bus.kafka, [topics.enriched, deadLetters(group)], { replication: config.kafkaReplication, partitions, grows: true });
  return partitions;
}
