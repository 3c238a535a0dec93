import type { Analyst } from '@orbweaver/command/imports/analyst.ts';
import type { KeptContent } from '@orbweaver/command/imports/imports.ts';
import type { BatchHandler, Consumer } from '@orbweaver/command/streaming/bus.ts';
import { topics } from '@orbweaver/contracts/topics/topics.ts';
import { explain } from '@orbweaver/platform/bus/kafka/client.ts';
import { KafkaBus } from '@orbweaver/platform/bus/kafka/kafka-bus.ts';
import { ensureTopics } from '@orbweaver/platform/bus/kafka/topics.ts';
import { watchPartitions } from '@orbweaver/platform/bus/kafka/watch-partitions.ts';
import type { Health } from '@orbweaver/platform/service/health.ts';
import { keepLooking } from '@orbweaver/platform/service/keep-looking.ts';
import type { Logger } from '@orbweaver/platform/service/logger.ts';
import type { Stopping } from '@orbweaver/platform/service/stopping.ts';
import { untilDone } from '@orbweaver/platform/service/until-done.ts';
import { CapturedRecords } from '@orbweaver/platform/store/elasticsearch/captured-records.ts';
import { storeSettingsOf } from '@orbweaver/platform/store/elasticsearch/config.ts';
import { ElasticsearchContents } from '@orbweaver/platform/store/elasticsearch/contents.ts';
import { openElasticsearchReader } from '@orbweaver/platform/store/elasticsearch/open.ts';
import { datasets } from '@orbweaver/protocols/registry/registry.ts';
import { PipelineAnalyst } from './adapters/pipeline-analyst.ts';
import { SessionEnds } from './adapters/session-ends.ts';
import { WhispererStatuses } from './adapters/whisperer-statuses.ts';
import type { Config } from './settings.ts';

export interface Pipeline {
  readonly analyst: Analyst;
  readonly records: CapturedRecords;
  readonly contents: KeptContent;
  /** Looks into the store. */
  readonly store: Pick<ReturnType<typeof openElasticsearchReader>['reader'], 'status'>;
  readonly whisperers: WhispererStatuses;
}

/**
 * The way from an uploaded capture through Kafka to the records in Elasticsearch. Either may be away: readiness says so, those who are asked to sign in do all the same, and
 * captures wait.
 */
export async function openPipeline(config: Config, health: Health, log: Logger, stopping: Stopping): Promise<Pipeline> {
  const deadline = config.stopDeadline;
  const stopped = new AbortController();
  const bus = new KafkaBus(config, 'control-api', log);
  const consumer = bus.consumer({ group: 'control-api', topics: [topics.ends.name, topics.status.name] });
  const ends = new SessionEnds();
  const whisperers = new WhispererStatuses();
  const producer = await bus.producer();
  const settings = storeSettingsOf(config);
  const records = new CapturedRecords(settings);
  const contents = new ElasticsearchContents(settings);
  const store = openElasticsearchReader(
    datasets.map(({ schema }) => schema),
    settings,
  );
  stopping.add({ phase: 'readiness', name: 'waiting', deadline, run: () => stopped.abort(new Error('the process stops')) });
  stopping.add({ phase: 'release', name: 'bus', deadline, run: () => bus.close() });
  stopping.add({
    phase: 'release',
    name: 'records',
    deadline,
    run: async () => void (await Promise.all([records.close(), contents.close(), store.close()])),
  });

  const elasticsearch = keepLooking('elasticsearch', () => store.check(), health, log);
  stopping.add({ phase: 'readiness', name: 'looking', deadline, run: () => elasticsearch.stop() });
  const makeTopics = () => {
    const options = { replication: config.kafkaReplication, partitions: config.framesPartitions };
    return ensureTopics(bus.kafka, [topics.frames, topics.ends, topics.status], options);
  };
  health.add('kafka', () => bus.problem());
  const ready = untilDone('topics', makeTopics, { health, log, ended: stopped.signal, explain }).then(() => {
    const heard = { [topics.ends.name]: ends, [topics.status.name]: whisperers };
    return consumer.start(listening(heard, consumer));
  });
  let partitions = ready.then(() => producer.partitionsOf(topics.frames.name));
  const watching = partitions.then((known) => {
    const change = (now: number) => void (partitions = Promise.resolve(now));
    const watch = watchPartitions(producer, topics.frames.name, known, change, { log });
    stopping.add({ phase: 'readiness', name: 'partitions', deadline, run: () => watch.stop() });
  });
  // Whoever waits for it learns of it; nobody may.
  watching.catch(() => undefined);
  return {
    analyst: new PipelineAnalyst({ producer, ends, partitions: () => partitions, records, stopping: stopped.signal }),
    records,
    contents,
    store: store.reader,
    whisperers,
  };
}

/** Hands each message to who listens to its topic. What was heard is committed: it says how things were then. */
function listening(
  listeners: Readonly<Record<string, { hear(message: Uint8Array): void }>>,
  consumer: Pick<Consumer, 'commit'>,
): BatchHandler {
  return {
    batch: async ({ topic, partition, messages }, control) => {
      for (const { value, offset } of messages) {
        listeners[topic]?.hear(value);
        control.handled(offset);
      }
      const last = messages.at(-1);
      if (last !== undefined) await consumer.commit({ topic, partition }, last.offset + 1);
    },
  };
}
