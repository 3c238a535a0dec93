import { formatSessionEnd, parseSessionEnd, sessionEndHeader } from '@orbweaver/contracts/topics/session-end.ts';
import { sessionHeader, tickHeader } from '@orbweaver/contracts/topics/told-names.ts';
import { deadLetterHeaders, deadLetters, topics } from '@orbweaver/contracts/topics/topics.ts';
import type { Batch, BatchControl, BatchHandler, Consumer, Message, Partition, Producer, Received } from '../../streaming/bus.ts';
import type { Enricher } from '../enricher.ts';
import { enrichLines } from './enrich-lines.ts';
import type { KnownNames } from './known-names.ts';

/** Bytes of one message on, well below what a topic takes. */
const messageBytes = 2 ** 20;
/** Messages that are enriched before the event loop has its turn. */
const messagesAtATime = 2;

export interface EnricherOptions {
  /** Bytes of records that may be in hand, from all partitions; beyond it those that have most wait in their topic. */
  readonly waitingBytes: number;
  /** Milliseconds for which records wait while nothing more is told of their names. */
  readonly patience: number;
}

/** Follows messages through the services; nothing if nobody traces. */
export interface Tracing {
  handle<T>(headers: Readonly<Record<string, string>>, work: () => T): T;
  headers(): Record<string, string> | undefined;
}

export interface EnricherParts {
  readonly names: KnownNames;
  /** Beside the names. */
  readonly enrichers: readonly Enricher[];
  readonly producer: Pick<Producer, 'send'>;
  readonly consumer: Pick<Consumer, 'commit' | 'pause' | 'resume'>;
  readonly tracing: Tracing;
  /** Undefined while what is told of names can be read: else nobody's patience ends. */
  namesProblem(): string | undefined;
  now(): number;
}

/** A message in hand. */
interface InHand {
  readonly message: Received;
  /** Of which session its records are; undefined for records that come from elsewhere. */
  readonly session: string | undefined;
  /** Of the session: what comes of a later one stays behind what comes of an earlier one, whose end it may stand for. */
  readonly source: string | undefined;
  readonly tick: number;
  readonly since: number;
  state: 'waiting' | 'sending' | 'done';
}

interface Queue {
  readonly partition: Partition;
  messages: InHand[];
  /** Behind the last message that was taken. */
  next: number;
  /** Undefined before the first commit. */
  committed: number | undefined;
  end: number;
  bytes: number;
  isPaused: boolean;
  isDropped: boolean;
  failed: Error | undefined;
}

export interface StageCounters {
  messages: number;
  records: number;
  bytes: number;
  deadLetters: number;
  /** Records that went on without names since it did not become known what these are. */
  unnamed: number;
}

/**
 * Takes records from the dissectors, adds what is known of them, and hands them on. What a record says of names depends on what was answered before, in other partitions too: it waits until
 * every one has told its answers up to then. Messages of one source stay in their order; sources don't wait for each other. The offset follows what was sent and is durable, so that whoever comes
 * next reads the rest again, with the same outcome.
 */
export class RecordEnricher implements BatchHandler {
  readonly counters: StageCounters = { messages: 0, records: 0, bytes: 0, deadLetters: 0, unnamed: 0 };
  readonly #options: EnricherOptions;
  readonly #parts: EnricherParts;
  readonly #queues = new Map<number, Queue>();
  /** Where partitions begin again that failed. */
  readonly #restarts = new Map<number, number>();
  readonly #letters = deadLetters('enricher');
  #bytes = 0;
  #isPumping = false;
  #isAskedAgain = false;

  constructor(options: EnricherOptions, parts: EnricherParts) {
    this.#options = options;
    this.#parts = parts;
  }

  /** Bytes in hand. */
  get waitingBytes(): number {
    return this.#bytes;
  }

  /** By partition: messages behind the newest one that are not done. */
  get lag(): ReadonlyMap<number, number> {
    return new Map([...this.#queues].map(([partition, queue]) => [partition, Math.max(0, queue.end - oldestOf(queue))]));
  }

  /** Milliseconds for which the oldest message has been in hand. */
  get oldest(): number {
    let since = Infinity;
    for (const { messages } of this.#queues.values()) since = Math.min(since, messages[0]?.since ?? Infinity);
    return since === Infinity ? 0 : this.#parts.now() - since;
  }

  assigned(partition: Partition, next: number): Promise<number | undefined> {
    const queue = this.#queues.get(partition.partition);
    // It was this process's all along: it goes on where it was.
    if (queue !== undefined && queue.failed === undefined) return Promise.resolve(queue.next);
    if (queue !== undefined) this.#drop(queue);
    const from = this.#restarts.get(partition.partition) ?? next;
    this.#restarts.delete(partition.partition);
    this.#queues.set(partition.partition, {
      ...{ partition, messages: [], next: from, committed: undefined, end: from, bytes: 0 },
      ...{ isPaused: false, isDropped: false, failed: undefined },
    });
    return Promise.resolve(from);
  }

  revoked({ partition }: Partition): void {
    this.#restarts.delete(partition);
    const queue = this.#queues.get(partition);
    if (queue !== undefined) this.#drop(queue);
  }

  batch(batch: Batch, control: BatchControl): Promise<void> {
    const queue = this.#queues.get(batch.partition);
    if (queue === undefined) return Promise.resolve();
    if (queue.failed !== undefined) {
      this.#restarts.set(batch.partition, oldestOf(queue));
      return Promise.reject(queue.failed);
    }
    queue.end = batch.end;
    for (const message of batch.messages) {
      if (control.isLost || queue.isDropped) break;
      if (message.offset >= queue.next) this.#take(queue, message);
      control.handled(message.offset);
    }
    if (this.#bytes > this.#options.waitingBytes && queue.messages.length > 0 && !queue.isDropped) {
      queue.isPaused = true;
      this.#parts.consumer.pause([queue.partition]);
    }
    this.pump();
    return Promise.resolve();
  }

  /** Hands on what no longer has to wait. To be called when more is known, and every so often. */
  pump(): void {
    this.#isAskedAgain = true;
    if (!this.#isPumping) void this.#run();
  }

  /** Commits what is done. Rejects if a partition's cannot be. */
  async commit(): Promise<void> {
    for (const queue of this.#queues.values()) {
      const offset = oldestOf(queue);
      if (queue.committed === offset) continue;
      await this.#parts.consumer.commit(queue.partition, offset);
      queue.committed = offset;
    }
  }

  /** Undefined: well. */
  problem(): string | undefined {
    for (const { failed, partition } of this.#queues.values())
      if (failed !== undefined) return `${partition.topic}/${partition.partition} does not move on: ${failed.message}`;
    return undefined;
  }

  #take(queue: Queue, message: Received): void {
    queue.next = message.offset + 1;
    const end = parseSessionEnd(message.headers[sessionEndHeader] ?? '');
    const session = end === undefined ? message.headers[sessionHeader] : formatSessionEnd(end);
    const source = (end ?? parseSessionEnd(session ?? ''))?.source;
    const tick = Number(message.headers[tickHeader] ?? -1);
    queue.messages.push({ message, session, source, tick, since: this.#parts.now(), state: 'waiting' });
    queue.bytes += message.value.length;
    this.#bytes += message.value.length;
  }

  #drop(queue: Queue): void {
    queue.isDropped = true;
    this.#bytes -= queue.bytes;
    if (this.#queues.get(queue.partition.partition) === queue) this.#queues.delete(queue.partition.partition);
    this.#resumeSome();
  }

  async #run(): Promise<void> {
    this.#isPumping = true;
    while (this.#isAskedAgain) {
      this.#isAskedAgain = false;
      for (const queue of [...this.#queues.values()]) {
        let turn = 0;
        // Sources of which a message waits: the later ones wait behind it.
        const blocked = new Set<string | undefined>();
        for (const inHand of [...queue.messages]) {
          if (queue.isDropped || queue.failed !== undefined) break;
          if (inHand.state !== 'waiting' || blocked.has(inHand.source)) continue;
          const isKnown = this.#isKnown(inHand);
          if (!isKnown && !this.#isGivenUp(inHand)) {
            blocked.add(inHand.source);
            continue;
          }
          this.#handOn(queue, inHand, isKnown);
          if (++turn % messagesAtATime === 0) await new Promise(setImmediate);
        }
      }
    }
    this.#isPumping = false;
  }

  #isKnown({ session, tick, message }: InHand): boolean {
    return session === undefined || message.value.length === 0 || this.#parts.names.isComplete(session, tick);
  }

  /** Nothing is told any more, though it could be heard: a dissector or whisperer is gone for good. */
  #isGivenUp({ session, since }: InHand): boolean {
    if (this.#parts.namesProblem() !== undefined) return false;
    const still = this.#parts.names.stillFor(session!) ?? Infinity;
    return Math.min(still, this.#parts.now() - since) > this.#options.patience;
  }

  #handOn(queue: Queue, inHand: InHand, isKnown: boolean): void {
    inHand.state = 'sending';
    const { message, session, tick } = inHand;
    const { tracing, enrichers, producer } = this.#parts;
    const names = isKnown && session !== undefined ? this.#parts.names.of(session) : undefined;
    const { lines, refused, headers } = tracing.handle(message.headers, () => ({
      ...enrichLines(Buffer.from(message.value.buffer, message.value.byteOffset, message.value.length).toString(), (record) => {
        names?.enrich(record, tick);
        for (const enricher of enrichers) enricher.enrich(record);
      }),
      headers: tracing.headers(),
    }));
    const { [sessionEndHeader]: end } = message.headers;
    const on = { ...headers, ...(end === undefined ? {} : { [sessionEndHeader]: end }) };
    const values = lines.length === 0 ? (end === undefined ? [] : [new Uint8Array(0)]) : [...pieces(lines)];
    const { partition } = queue.partition;
    const sends: Promise<void>[] = [];
    if (values.length > 0)
      sends.push(
        producer.send(
          { topic: topics.enriched.name, partition },
          values.map((value) => ({ value, headers: on })),
        ),
      );
    if (refused.length > 0) {
      const letters = refused.map(({ line, reason }) => this.#letter(queue.partition, message.offset, line, reason));
      sends.push(producer.send({ topic: this.#letters.name, partition: 0 }, letters));
    }
    Promise.all(sends).then(
      () => {
        inHand.state = 'done';
        this.counters.messages++;
        this.counters.records += lines.length;
        this.counters.bytes += message.value.length;
        this.counters.deadLetters += refused.length;
        if (!isKnown) this.counters.unnamed += lines.length;
        this.#tidy(queue);
      },
      // Without it the partition must not move on: it is read again from what was done.
      (error: unknown) => {
        queue.failed = error as Error;
        // Its next batch is what it begins again with.
        if (queue.isPaused && !queue.isDropped) this.#resume([queue]);
      },
    );
  }

  #letter(from: Partition, offset: number, line: string, reason: string): Message {
    const headers = {
      [deadLetterHeaders.stage]: 'enrich',
      [deadLetterHeaders.reason]: reason,
      [deadLetterHeaders.topic]: from.topic,
      [deadLetterHeaders.partition]: String(from.partition),
      [deadLetterHeaders.offset]: String(offset),
    };
    return { value: Buffer.from(line), headers };
  }

  #tidy(queue: Queue): void {
    if (queue.isDropped) return;
    let done = 0;
    for (const { state, message } of queue.messages) {
      if (state !== 'done') break;
      queue.bytes -= message.value.length;
      this.#bytes -= message.value.length;
      done++;
    }
    queue.messages.splice(0, done);
    this.#resumeSome();
  }

  /** Takes on what was paused, once there is room. */
  #resumeSome(): void {
    if (this.#bytes * 2 > this.#options.waitingBytes) return;
    const paused = [...this.#queues.values()].filter(({ isPaused }) => isPaused);
    if (paused.length > 0) this.#resume(paused);
  }

  #resume(queues: readonly Queue[]): void {
    for (const queue of queues) queue.isPaused = false;
    this.#parts.consumer.resume(queues.map(({ partition }) => partition));
  }
}

/** The first message that is not done. */
function oldestOf({ messages, next }: Queue): number {
  return messages.find(({ state }) => state !== 'done')?.message.offset ?? next;
}

function* pieces(lines: readonly string[]): Generator<Uint8Array> {
  let part: string[] = [];
  let length = 0;
  for (const line of lines) {
    if (length > 0 && length + line.length >= messageBytes) {
      yield Buffer.from(`${part.join('\n')}\n`);
      part = [];
      length = 0;
    }
    part.push(line);
    length += line.length + 1;
  }
  yield Buffer.from(`${part.join('\n')}\n`);
}
