import { setTimeout as wait } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import { deadLetters, topics, type App } from '@orbweaver/contracts/topics/topics.ts';
import { KafkaBus } from '@orbweaver/platform/bus/kafka/kafka-bus.ts';
import { kafkaSettings } from '@orbweaver/platform/bus/kafka/settings.ts';
import { readSettings } from '@orbweaver/platform/service/config/settings.ts';
import { createLogger } from '@orbweaver/platform/service/logger.ts';
import type { Standing } from './cluster.ts';

/** Without any progress for so long, in milliseconds, something hangs. */
const patience = 240_000;
const pollMs = 300;

export interface Drained {
  /** Messages of each group's topic. */
  readonly messages: Readonly<Record<string, number>>;
  readonly deadLetters: number;
}

/**
 * Resolves once each group has committed everything that lies before it, one behind the other: then nothing is under way any more. Rejects when nothing moves
 * for too long.
 */
export async function untilDrained(brokers: string, groups: readonly Standing[], say: (line: string) => void): Promise<Drained> {
  const settings = readSettings(kafkaSettings, { flags: { kafkaBrokers: brokers }, environment: {}, file: {} });
  const bus = new KafkaBus(settings, 'chaos', createLogger({ level: 'silent', pretty: false, service: 'chaos' }));
  const admin = bus.kafka.admin();
  await admin.connect();
  try {
    const messages: Record<string, number> = {};
    for (const group of groups) {
      messages[group] = await drained(admin, group, sourceOf(group));
      say(`${group} has committed all of its ${messages[group]} messages`);
    }
    const names = (await admin.listTopics()).filter((name) => groups.some((group: App) => deadLetters(group).name === name));
    const letters = await Promise.all(
      names.map(async (name) => (await ends(admin, name)).reduce((sum, { high }) => sum + Number(high), 0)),
    );
    return { messages, deadLetters: letters.reduce((sum, count) => sum + count, 0) };
  } finally {
    await admin.disconnect();
    await bus.close();
  }
}

function sourceOf(group: Standing): string {
  return { dissector: topics.frames, enricher: topics.records, 'index-writer': topics.enriched }[group].name;
}

async function drained(admin: Admin, group: string, topic: string): Promise<number> {
  let left = '';
  for (let moved = Date.now(); ; await wait(pollMs)) {
    const high = await ends(admin, topic);
    const [committed] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
    const missing = high.map(({ partition, high: end }) => {
      const at = committed!.partitions.find((one) => one.partition === partition)?.offset ?? '-1';
      return Math.max(0, Number(end) - Math.max(0, Number(at)));
    });
    if (missing.every((count) => count === 0)) return high.reduce((sum, { high: end }) => sum + Number(end), 0);
    if (missing.join(' ') !== left) [left, moved] = [missing.join(' '), Date.now()];
    if (Date.now() - moved > patience) throw new Error(`${group} has not moved on for ${patience / 1000} s; by partition it lacks ${left}`);
  }
}

function ends(admin: Admin, topic: string): ReturnType<Admin['fetchTopicOffsets']> {
  return admin.fetchTopicOffsets(topic);
}
