import { setTimeout as wait } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import { deadLetters, topics, type App } from '@orbweaver/contracts/topics/topics.ts';
import { KafkaBus } from '@orbweaver/platform/bus/kafka/kafka-bus.ts';
import { kafkaSettings } from '@orbweaver/platform/bus/kafka/settings.ts';
import { readSettings } from '@orbweaver/platform/service/config/settings.ts';
import { createLogger } from '@orbweaver/platform/service/logger.ts';
import { groups, type Group } from './cluster.ts';

/** Without any progress for so long, in milliseconds, something hangs. */
const patience = 240_000;
const lookInterval = 500;

const sources: Readonly<Record<Group, string>> = {
  dissector: topics.frames.name,
  enricher: topics.records.name,
  'index-writer': topics.enriched.name,
};

/** Of a group's topic. */
interface Amount {
  readonly messages: number;
  /** Of these, what the group has not committed. */
  readonly waiting: number;
}

/** What there is to do and what is done, as the servers tell it; while one is away, as it told it last. */
export class Work {
  /** Documents in the indices. */
  records = 0;
  readonly #brokers: string;
  readonly #count: string;
  readonly #bus: KafkaBus;
  #admin: Admin | undefined;
  #amounts = new Map<Group, Amount>();
  #looking: Promise<unknown>;
  #isClosed = false;

  constructor(brokers: string, elasticsearch: string, prefix: string) {
    this.#brokers = brokers;
    const settings = readSettings(kafkaSettings, { flags: { kafkaBrokers: this.#brokers }, environment: {}, file: {} });
    this.#bus = new KafkaBus(settings, 'chaos', createLogger({ level: 'silent', pretty: false, service: 'chaos' }));
    this.#count = `${elasticsearch}/${prefix}-*/_count`;
    this.#looking = Promise.all([this.#look(() => this.#lookAtKafka()), this.#look(() => this.#lookAtIndices())]);
  }

  of(group: Group): Amount {
    return this.#amounts.get(group) ?? { messages: 0, waiting: 0 };
  }

  /** For a line of what happens. */
  toString(): string {
    const waiting = groups.map((group) => `${group} ${this.of(group).waiting}`).join(', ');
    return `${this.records.toLocaleString('en')} records; waiting: ${waiting}`;
  }

  /** Resolves once each group has committed everything, one behind the other: then nothing is under way any more. Rejects when nothing moves for too long. */
  async untilDone(note: (line: string) => void): Promise<void> {
    for (const group of groups) {
      let left = '';
      for (let moved = Date.now(); ; await wait(lookInterval)) {
        const admin = await this.#connected();
        const missing = await missingOf(admin, group);
        this.#amounts.set(group, missing.amount);
        if (missing.amount.waiting === 0) break;
        if (missing.text !== left) [left, moved] = [missing.text, Date.now()];
        if (Date.now() - moved > patience)
          throw new Error(`${group} has not moved on for ${patience / 1000} s; by partition it lacks ${left}`);
      }
      note(`${group} has committed all of its ${this.of(group).messages} messages`);
    }
  }

  async deadLetters(): Promise<number> {
    const admin = await this.#connected();
    const names = (await admin.listTopics()).filter((name) => groups.some((group: App) => deadLetters(group).name === name));
    const ends = await Promise.all(names.map((name) => admin.fetchTopicOffsets(name)));
    return ends.flat().reduce((sum, { high }) => sum + Number(high), 0);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#looking;
    await this.#admin?.disconnect();
    await this.#bus.close();
  }

  async #look(at: () => Promise<void>): Promise<void> {
    while (!this.#isClosed) {
      // Who is away tells later.
      await at().catch(() => undefined);
      await wait(lookInterval);
    }
  }

  async #lookAtIndices(): Promise<void> {
    const answer = await fetch(this.#count, { signal: AbortSignal.timeout(5000) });
    if (answer.ok) this.records = ((await answer.json()) as { count: number }).count;
  }

  async #lookAtKafka(): Promise<void> {
    try {
      const admin = await this.#connected();
      for (const group of groups) this.#amounts.set(group, (await missingOf(admin, group)).amount);
    } catch (error) {
      await this.#admin?.disconnect().catch(() => undefined);
      this.#admin = undefined;
      throw error;
    }
  }

  async #connected(): Promise<Admin> {
    if (this.#admin === undefined) {
      const admin = this.#bus.kafka.admin({ retry: { retries: 1 } });
      await admin.connect();
      this.#admin = admin;
    }
    return this.#admin;
  }
}

async function missingOf(admin: Admin, group: Group): Promise<{ amount: Amount; text: string }> {
  const topic = sources[group];
  const [high, [committed]] = [await admin.fetchTopicOffsets(topic), await admin.fetchOffsets({ groupId: group, topics: [topic] })];
  const missing = high.map(({ partition, high: end }) => {
    const at = committed!.partitions.find((one) => one.partition === partition)?.offset ?? '-1';
    return Math.max(0, Number(end) - Math.max(0, Number(at)));
  });
  const sum = (numbers: readonly number[]) => numbers.reduce((all, number) => all + number, 0);
  return { amount: { messages: sum(high.map((end) => Number(end.high))), waiting: sum(missing) }, text: missing.join(' ') };
}
