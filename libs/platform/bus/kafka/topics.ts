import type { Admin, Kafka } from 'kafkajs';
import type { Topic } from '@orbweaver/contracts/topics/topics.ts';
import { clientRetry } from './client.ts';

export interface TopicOptions {
  /** Copies of each partition. */
  readonly replication: number;
  /** Partitions of what travels by conversation, instead of the contract's number. */
  readonly partitions?: number;
}

/** Makes the topics that are not there. Those that are stay as they are: whoever runs the cluster may know better. */
export async function ensureTopics(kafka: Kafka, topics: readonly Topic[], options: TopicOptions): Promise<void> {
  const admin = kafka.admin({ retry: clientRetry });
  await admin.connect();
  try {
    const known = new Set(await admin.listTopics());
    const missing = topics.filter(({ name }) => !known.has(name));
    if (missing.length > 0) await create(admin, missing, options);
  } finally {
    await admin.disconnect();
  }
}

async function create(admin: Admin, topics: readonly Topic[], { replication, partitions }: TopicOptions): Promise<void> {
  await admin.createTopics({
    waitForLeaders: true,
    topics: topics.map((topic) => ({
      topic: topic.name,
      numPartitions: topic.partitions > 1 ? (partitions ?? topic.partitions) : 1,
      replicationFactor: replication,
      configEntries: [
        { name: 'max.message.bytes', value: String(topic.maxMessageBytes) },
        // The broker's clock, which all messages of a partition have in common.
        { name: 'message.timestamp.type', value: 'LogAppendTime' },
        ...(topic.retention === undefined
          ? [{ name: 'cleanup.policy', value: 'compact' }]
          : [{ name: 'retention.ms', value: String(topic.retention) }]),
      ],
    })),
  });
}
