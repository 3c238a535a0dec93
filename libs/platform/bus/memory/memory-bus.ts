import {
  MessageRefused,
  type Batch,
  type BatchHandler,
  type Bus,
  type Consumer,
  type ConsumerOptions,
  type Message,
  type Partition,
  type Producer,
  type Received,
} from '@orbweaver/command/streaming/bus.ts';

/** Messages that one batch has at most. */
const batchMessages = 64;
/** Milliseconds after which a batch that failed comes again. */
const retryPause = 50;

export interface MemoryTopic {
  readonly name: string;
  readonly partitions: number;
  readonly maxMessageBytes?: number;
}

export interface MemoryBusOptions {
  /** Bytes of a partition that wait for their slowest group; beyond it `send` waits, or, where nobody reads, the oldest go. */
  readonly partitionBytes?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** The bus within one process: what is sent is kept until every group has committed it, and no longer than the process lives. */
export class MemoryBus implements Bus {
  /** Messages that went because nobody reads their topic and there was no more room. */
  dropped = 0;
  readonly #topics = new Map<string, Log[]>();
  readonly #groups = new Map<string, Group>();
  readonly #now: () => number;

  constructor(topics: readonly MemoryTopic[], options: MemoryBusOptions = {}) {
    this.#now = options.now ?? Date.now;
    const bytes = options.partitionBytes ?? 16 * 2 ** 20;
    for (const { name, partitions, maxMessageBytes } of topics) {
      const logs = Array.from({ length: partitions }, () => new Log(bytes, maxMessageBytes ?? Infinity));
      this.#topics.set(name, logs);
    }
  }

  producer(): Promise<Producer> {
    return Promise.resolve(new MemoryProducer(this));
  }

  consumer({ group: name, topics }: ConsumerOptions): Consumer {
    let group = this.#groups.get(name);
    if (group === undefined) this.#groups.set(name, (group = new Group()));
    for (const topic of topics) for (const log of this.logsOf(topic)) log.read(group);
    return new MemoryConsumer(this, group, topics);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  logsOf(topic: string): readonly Log[] {
    const logs = this.#topics.get(topic);
    if (logs === undefined) throw new MessageRefused(`there is no topic ${topic}; there are ${[...this.#topics.keys()].join(', ')}`);
    return logs;
  }

  logOf({ topic, partition }: Partition): Log {
    const logs = this.logsOf(topic);
    const log = logs[partition];
    if (log === undefined) throw new MessageRefused(`topic ${topic} has no partition ${partition}, its ${logs.length} are counted from 0`);
    return log;
  }

  append(to: Partition, messages: readonly Message[]): boolean {
    const log = this.logOf(to);
    for (const { value } of messages)
      if (value.length > log.maxMessageBytes)
        throw new MessageRefused(`a message of ${value.length} bytes for ${to.topic}: at most ${log.maxMessageBytes} are taken`);
    if (log.isFull) return false;
    const timestamp = this.#now();
    for (const { value, headers } of messages) this.dropped += log.append(value, headers ?? {}, timestamp);
    return true;
  }
}

/** One partition's messages. */
class Log {
  end = 0;
  readonly maxMessageBytes: number;
  readonly #limit: number;
  #messages: Received[] = [];
  #bytes = 0;
  /** By group: behind the last message that it was given, and that it committed. */
  readonly #groups = new Map<Group, { position: number; committed: number }>();
  #waiting: (() => void)[] = [];

  constructor(limit: number, maxMessageBytes: number) {
    this.#limit = limit;
    this.maxMessageBytes = maxMessageBytes;
  }

  get start(): number {
    return this.end - this.#messages.length;
  }

  /** The slowest reader leaves no room. */
  get isFull(): boolean {
    if (this.#groups.size === 0) return false;
    const slowest = Math.min(...[...this.#groups.values()].map(({ position }) => position));
    let unread = 0;
    for (let i = slowest - this.start; i < this.#messages.length; i++) unread += this.#messages[i]!.value.length;
    return unread >= this.#limit;
  }

  read(group: Group): void {
    if (!this.#groups.has(group)) this.#groups.set(group, { position: this.start, committed: this.start });
  }

  append(value: Uint8Array, headers: Readonly<Record<string, string>>, timestamp: number): number {
    this.#messages.push({ offset: this.end++, value, headers, timestamp });
    this.#bytes += value.length;
    let dropped = 0;
    while (this.#groups.size === 0 && this.#bytes > this.#limit) {
      this.#bytes -= this.#messages.shift()!.value.length;
      dropped++;
    }
    this.#wake();
    return dropped;
  }

  from(offset: number): readonly Received[] {
    const at = Math.max(0, offset - this.start);
    return this.#messages.slice(at, at + batchMessages);
  }

  committed(group: Group): number {
    return Math.max(this.start, this.#groups.get(group)?.committed ?? 0);
  }

  moveTo(group: Group, position: number): void {
    this.#groups.get(group)!.position = position;
    this.#wake();
  }

  commit(group: Group, offset: number): void {
    this.#groups.get(group)!.committed = offset;
    const oldest = Math.min(...[...this.#groups.values()].map(({ committed }) => committed));
    const gone = this.#messages.splice(0, Math.max(0, oldest - this.start));
    for (const { value } of gone) this.#bytes -= value.length;
  }

  /** Resolves at the next change. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  wake(): void {
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

class MemoryProducer implements Producer {
  readonly #bus: MemoryBus;
  readonly #order = new Map<string, Promise<void>>();

  constructor(bus: MemoryBus) {
    this.#bus = bus;
  }

  partitionsOf(topic: string): Promise<number> {
    return Promise.resolve(this.#bus.logsOf(topic).length);
  }

  send(to: Partition, messages: readonly Message[]): Promise<void> {
    const key = keyOf(to);
    const before = this.#order.get(key) ?? Promise.resolve();
    const sent = before.then(async () => {
      while (!this.#bus.append(to, messages)) await this.#bus.logOf(to).changed();
    });
    this.#order.set(
      key,
      sent.catch(() => undefined),
    );
    return sent;
  }

  async close(): Promise<void> {
    await Promise.all(this.#order.values());
  }
}

/** Its members and who has which partition. */
class Group {
  readonly members: MemoryConsumer[] = [];
  #sharing: Promise<void> = Promise.resolve();

  /** Shares the partitions out anew: everyone lets go first of what is not theirs any more. */
  share(): Promise<void> {
    this.#sharing = this.#sharing.then(async () => {
      const topics = new Set(this.members.flatMap((member) => member.topics));
      const shares = new Map(this.members.map((member) => [member, [] as Partition[]]));
      for (const topic of topics) {
        const readers = this.members.filter((member) => member.topics.includes(topic));
        const partitions = readers[0]!.partitionsOf(topic);
        for (let partition = 0; partition < partitions; partition++)
          shares.get(readers[partition % readers.length]!)!.push({ topic, partition });
      }
      await Promise.all([...shares].map(([member, share]) => member.letGo(share)));
      for (const [member, share] of shares) member.take(share);
    });
    return this.#sharing;
  }
}

interface Reading {
  readonly partition: Partition;
  isLost: boolean;
  ended: Promise<void>;
}

class MemoryConsumer implements Consumer {
  readonly topics: readonly string[];
  readonly #bus: MemoryBus;
  readonly #group: Group;
  readonly #readings = new Map<string, Reading>();
  readonly #paused = new Set<string>();
  #handler: BatchHandler | undefined;
  #problem: string | undefined;

  constructor(bus: MemoryBus, group: Group, topics: readonly string[]) {
    this.#bus = bus;
    this.#group = group;
    this.topics = topics;
  }

  async start(handler: BatchHandler): Promise<void> {
    this.#handler = handler;
    this.#group.members.push(this);
    await this.#group.share();
  }

  commit(partition: Partition, offset: number): Promise<void> {
    const reading = this.#readings.get(keyOf(partition));
    if (reading === undefined || reading.isLost) return Promise.reject(new Error(`${keyOf(partition)} is another member's`));
    this.#bus.logOf(partition).commit(this.#group, offset);
    return Promise.resolve();
  }

  pause(partitions: readonly Partition[]): void {
    for (const partition of partitions) if (this.#readings.has(keyOf(partition))) this.#paused.add(keyOf(partition));
  }

  resume(partitions: readonly Partition[]): void {
    for (const partition of partitions) {
      this.#paused.delete(keyOf(partition));
      this.#bus.logOf(partition).wake();
    }
  }

  problem(): string | undefined {
    return this.#problem;
  }

  async stop(): Promise<void> {
    const at = this.#group.members.indexOf(this);
    if (at >= 0) this.#group.members.splice(at, 1);
    await this.letGo([], false);
    await this.#group.share();
  }

  partitionsOf(topic: string): number {
    return this.#bus.logsOf(topic).length;
  }

  /** Ends the reading of what is not in `share`. */
  async letGo(share: readonly Partition[], tell = true): Promise<void> {
    const kept = new Set(share.map(keyOf));
    const lost = [...this.#readings].filter(([key]) => !kept.has(key));
    for (const [key, reading] of lost) {
      reading.isLost = true;
      this.#bus.logOf(reading.partition).wake();
      await reading.ended;
      this.#readings.delete(key);
      this.#paused.delete(key);
      if (tell) this.#handler?.revoked?.(reading.partition);
    }
  }

  take(share: readonly Partition[]): void {
    for (const partition of share) {
      const key = keyOf(partition);
      if (this.#readings.has(key)) continue;
      const reading: Reading = { partition, isLost: false, ended: Promise.resolve() };
      this.#readings.set(key, reading);
      reading.ended = this.#read(reading);
    }
  }

  async #read(reading: Reading): Promise<void> {
    const { partition } = reading;
    const log = this.#bus.logOf(partition);
    const handler = this.#handler!;
    let position = log.committed(this.#group);
    let isBegun = false;
    while (!reading.isLost) {
      if (this.#paused.has(keyOf(partition)) || log.from(position).length === 0) {
        await log.changed();
        continue;
      }
      try {
        if (!isBegun) {
          position = (await handler.assigned?.(partition, position)) ?? position;
          isBegun = true;
          continue;
        }
        const messages = log.from(position);
        log.moveTo(this.#group, messages.at(-1)!.offset + 1);
        const batch: Batch = { ...partition, messages, end: log.end };
        await handler.batch(batch, {
          get isLost() {
            return reading.isLost;
          },
          handled: (offset) => (position = offset + 1),
        });
        position = messages.at(-1)!.offset + 1;
        this.#problem = undefined;
      } catch (error) {
        this.#problem = error instanceof Error ? error.message : String(error);
        isBegun = false;
        await new Promise((resolve) => setTimeout(resolve, retryPause));
      }
    }
  }
}

const keyOf = ({ topic, partition }: Partition) => `${topic}/${partition}`;
