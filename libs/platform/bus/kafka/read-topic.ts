import { randomBytes } from 'node:crypto';
import type { BatchHandler, Received } from '@orbweaver/command/streaming/bus.ts';
import type { KafkaBus } from './kafka-bus.ts';

/**
 * Reads the messages that a topic of one partition has now, in their order, as a group of its own that leaves nothing behind. Rejects with what `take` threw.
 */
export async function readTopic(bus: KafkaBus, topic: string, take: (message: Received) => unknown): Promise<void> {
  const admin = bus.kafka.admin();
  await admin.connect();
  const group = `orbweaver-reads-${randomBytes(6).toString('hex')}`;
  const [partition] = await admin.fetchTopicOffsets(topic);
  const end = Number(partition!.high);
  try {
    if (Number(partition!.low) < end) await readUpTo(bus, group, topic, end, take);
  } finally {
    // It has committed nothing; the broker would forget it in time.
    await admin.deleteGroups([group]).catch(() => undefined);
    await admin.disconnect();
  }
}

async function readUpTo(bus: KafkaBus, group: string, topic: string, end: number, take: (message: Received) => unknown): Promise<void> {
  const consumer = bus.consumer({ group, topics: [topic] });
  let next = 0;
  try {
    await new Promise<void>((resolve, reject) => {
      const batch: BatchHandler['batch'] = async ({ messages, end: known }, { handled }) => {
        try {
          for (const message of messages) {
            if (message.offset < next || message.offset >= end) continue;
            await take(message);
            next = message.offset + 1;
            handled(message.offset);
          }
        } catch (error) {
          reject(error);
        }
        if (next >= Math.min(end, known)) resolve();
      };
      void consumer.start({ batch });
    });
  } finally {
    await consumer.stop();
  }
}
