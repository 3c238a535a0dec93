import type { Analyst } from '@orbweaver/command/imports/analyst.ts';
import { topics } from '@orbweaver/contracts/topics/topics.ts';
import { explain } from '@orbweaver/platform/bus/kafka/client.ts';
import { KafkaBus } from '@orbweaver/platform/bus/kafka/kafka-bus.ts';
import { ensureTopics } from '@orbweaver/platform/bus/kafka/topics.ts';
import type { Logger } from '@orbweaver/platform/service/logger.ts';
import type { Stopping } from '@orbweaver/platform/service/stopping.ts';
import { CapturedRecords } from '@orbweaver/platform/store/elasticsearch/captured-records.ts';
import { storeSettingsOf } from '@orbweaver/platform/store/elasticsearch/config.ts';
import { PipelineAnalyst } from './adapters/pipeline-analyst.ts';
import { SessionEnds } from './adapters/session-ends.ts';
import type { Config } from './settings.ts';

/** Milliseconds between two attempts to reach Kafka at the start. */
const retryPause = 1000;

export interface Pipeline {
  readonly analyst: Analyst;
  readonly records: CapturedRecords;
}

/**
 * The way from an uploaded capture through Kafka to the records in Elasticsearch. Either may be away: people sign in all the same, and captures wait.
 */
export async function openPipeline(config: Config, log: Logger, stopping: Stopping): Promise<Pipeline> {
  const deadline = config.stopDeadline;
  const stopped = new AbortController();
  const bus = new KafkaBus(config, 'control-api', log);
  const consumer = bus.consumer({ group: 'control-api', topics: [topics.ends.name] });
  const ends = new SessionEnds(consumer);
  const producer = await bus.producer();
  const records = new CapturedRecords(storeSettingsOf(config));
  stopping.add({ phase: 'readiness', name: 'waiting', deadline, run: () => stopped.abort(new Error('the process stops')) });
  stopping.add({ phase: 'release', name: 'bus', deadline, run: () => bus.close() });
  stopping.add({ phase: 'release', name: 'records', deadline, run: () => records.close() });

  const ready = untilKafkaAnswers(config, bus, log, stopped.signal).then(() => consumer.start(ends));
  const partitions = ready.then(() => producer.partitionsOf(topics.frames.name));
  // Whoever waits for it learns of it; nobody may.
  partitions.catch(() => undefined);
  return { analyst: new PipelineAnalyst({ producer, ends, partitions, records, stopping: stopped.signal }), records };
}

async function untilKafkaAnswers(config: Config, bus: KafkaBus, log: Logger, stopped: AbortSignal): Promise<void> {
  for (let told = ''; ;) {
    stopped.throwIfAborted();
    try {
      const options = { replication: config.kafkaReplication, partitions: config.framesPartitions };
      return await ensureTopics(bus.kafka, [topics.frames, topics.ends, topics.status], options);
    } catch (error) {
      const reason = explain(error);
      if (reason !== told)
        log.warn({ reason, brokers: config.kafkaBrokers.join(',') }, 'Kafka does not answer; captures wait until it does');
      told = reason;
    }
    await new Promise((resolve) => setTimeout(resolve, retryPause));
  }
}
