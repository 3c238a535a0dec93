import { setTimeout } from 'node:timers/promises';
import type { Admin, Kafka, KafkaJSProtocolError } from 'kafkajs';
import type { Topic } from '@orbweaver/contracts/topics/topics.ts';
import { clientRetry } from './client.ts';

export interface TopicOptions {
  /** Copies of each partition. */
  readonly replication: number;
  /** Partitions of what travels by conversation, instead of the contract's number. */
  readonly partitions?: number;
  /** Those that are there and have fewer partitions get the others. */
  readonly grows?: true;
}

/** Makes the topics that are not there. Those that are stay as they are, unless they have to grow: whoever runs the cluster may know better. */
export async function ensureTopics(kafka: Kafka, topics: readonly Topic[], options: TopicOptions): Promise<void> {
  const admin = kafka.admin({ retry: clientRetry });
  await admin.connect();
  try {
    const known = new Set(await admin.listTopics());
    const missing = topics.filter(({ name }) => !known.has(name));
    if (missing.length > 0) await create(admin, missing, options);
    if (options.grows)
      await grow(
        admin,
        topics.filter(({ name }) => known.has(name)),
        options,
      );
  } finally {
    await admin.disconnect();
  }
}

/** Rejects with a sentence that says who makes the topic, and whether there is another version of it. */
export async function mustHaveTopic(kafka: Kafka, { name, writer }: Topic): Promise<void> {
  const admin = kafka.admin({ retry: clientRetry });
  await admin.connect();
  try {
    const known = await admin.listTopics();
    if (known.includes(name)) return;
    const [stem, version] = name.split(/(?<=\.v)(?=\d+$)/) as [string, string];
    const others = known.filter((other) => other.startsWith(stem) && /^\d+$/.test(other.slice(stem.length)));
    if (others.length === 0) throw new Error(`Kafka has no topic ${name} yet: a ${writer} makes it when it begins`);
    const isLater = others.some((other) => Number(other.slice(stem.length)) > Number(version));
    const advice = isLater ? 'update this process' : `update the ${writer}`;
    throw new Error(
      `Kafka has no topic ${name}, but ${others.join(', ')}: the ${writer} and this process are of different versions; ${advice}`,
    );
  } finally {
    await admin.disconnect();
  }
}

async function grow(admin: Admin, topics: readonly Topic[], { partitions }: TopicOptions): Promise<void> {
  const spread = topics.filter((topic) => topic.partitions > 1).map(({ name }) => name);
  if (partitions === undefined || spread.length === 0) return;
  const { topics: found } = await admin.fetchTopicMetadata({ topics: spread });
  const small = found.filter((topic) => topic.partitions.length < partitions);
  if (small.length > 0) await admin.createPartitions({ topicPartitions: small.map(({ name }) => ({ topic: name, count: partitions })) });
}

async function create(admin: Admin, topics: readonly Topic[], { replication, partitions }: TopicOptions): Promise<void> {
  await admin.createTopics({
    waitForLeaders: false,
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
  await untilThere(
    admin,
    topics.map(({ name }) => name),
  );
}

/** Milliseconds between two looks for a new topic, and after which it should be there. */
const lookPause = 100;
const lookPatience = 30_000;

/** A broker that has made a topic may not know of it for a moment yet; the client itself waits for its leaders, but not for that. */
async function untilThere(admin: Admin, topics: string[]): Promise<void> {
  const until = Date.now() + lookPatience;
  while (!(await areThere(admin, topics))) {
    if (Date.now() > until)
      throw new Error(
        `Kafka has made ${topics.join(', ')}, and after ${lookPatience / 1000} s there is still a partition without a leader`,
      );
    await setTimeout(lookPause);
  }
}

async function areThere(admin: Admin, topics: string[]): Promise<boolean> {
  try {
    const found = await admin.fetchTopicMetadata({ topics });
    return found.topics.every(({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0));
  } catch (error) {
    // A module of CommonJS: its errors are no names that could be imported.
    if (notYet.has((error as Partial<KafkaJSProtocolError>).type ?? '')) return false;
    throw error;
  }
}

const notYet: ReadonlySet<string> = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE']);
