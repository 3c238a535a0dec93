import { deadLetterHeaders, deadLetters } from '@orbweaver/contracts/topics/topics.ts';
import { sayStored } from './say-stored.ts';
import type { Batch, BatchControl, BatchHandler, Consumer, Message, Producer, Received } from '../streaming/bus.ts';
import type { Refusal, Writer } from './writer.ts';

/** Bytes of records that are given to the store at once. */
const maxAppendBytes = 16 * 2 ** 20;
/** Bytes of dead letters that are sent at once: a broker takes no more for a partition than its largest message. */
const maxLetterBytes = 2 ** 20;
/** Characters of a reason: it travels in a header. */
const maxReason = 4000;
const newline = 0x0a;
const letters = deadLetters('index-writer');

export interface IndexerCounters {
  readonly messages: number;
  readonly records: number;
  readonly bytes: number;
  /** Refused records that went to the dead letters. */
  readonly deadLetters: number;
  /** By topic and partition: messages behind the newest one. */
  readonly lag: Readonly<Record<string, number>>;
}

export interface IndexerParts {
  readonly writer: Writer;
  readonly consumer: Pick<Consumer, 'commit'>;
  /** For what the store refuses, and for the ends of sessions. */
  readonly producer: Pick<Producer, 'send'>;
}

/**
 * Brings records from the bus into the store. An offset is committed when the store has every record of its message, or the dead letters have those that it
 * refused: a process that dies in between leaves no hole, and writing a record again leaves one. When the store is away the batch fails and comes again.
 */
export class RecordIndexer implements BatchHandler {
  readonly #parts: IndexerParts;
  #messages = 0;
  #records = 0;
  #bytes = 0;
  #deadLetters = 0;
  readonly #lag = new Map<string, number>();

  constructor(parts: IndexerParts) {
    this.#parts = parts;
  }

  revoked({ topic, partition }: Pick<Batch, 'topic' | 'partition'>): void {
    this.#lag.delete(`${topic}/${partition}`);
  }

  async batch(batch: Batch, control: BatchControl): Promise<void> {
    const { topic, partition, messages, end } = batch;
    for (const part of portions(messages, maxAppendBytes)) {
      if (control.isLost) return;
      const { records, bytes, refused = [] } = await this.#parts.writer.append(joined(part));
      await this.#bury(batch, part, refused);
      await sayStored('records', partition, part, this.#parts.producer);
      const last = part.at(-1)!.offset;
      control.handled(last);
      await this.#parts.consumer.commit({ topic, partition }, last + 1);
      this.#messages += part.length;
      this.#records += records;
      this.#bytes += bytes;
      this.#lag.set(`${topic}/${partition}`, end - last - 1);
    }
  }

  counters(): IndexerCounters {
    return {
      messages: this.#messages,
      records: this.#records,
      bytes: this.#bytes,
      deadLetters: this.#deadLetters,
      lag: Object.fromEntries(this.#lag),
    };
  }

  /** Each refused record becomes a dead letter by itself: its neighbours are stored. */
  async #bury({ topic, partition }: Batch, messages: readonly Received[], refused: readonly Refusal[]): Promise<void> {
    if (refused.length === 0) return;
    const offsets = messages.flatMap(({ value, offset }) => Array.from({ length: lines(value) }, () => offset));
    const all = refused.map(({ at, record, reason }): Message => {
      const headers = {
        [deadLetterHeaders.stage]: 'index',
        [deadLetterHeaders.reason]: reason.slice(0, maxReason),
        [deadLetterHeaders.topic]: topic,
        [deadLetterHeaders.partition]: String(partition),
        [deadLetterHeaders.offset]: String(offsets[at] ?? messages[0]!.offset),
      };
      return { value: new TextEncoder().encode(record), headers };
    });
    for (const part of portions(all, maxLetterBytes)) await this.#parts.producer.send({ topic: letters.name, partition: 0 }, part);
    this.#deadLetters += all.length;
  }
}

/** Messages in their order, as many at a time as have so many bytes: at least one. */
function* portions<Any extends Message>(messages: readonly Any[], maxBytes: number): Generator<Any[]> {
  let part: Any[] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = sizeOf(message);
    if (part.length > 0 && bytes + size > maxBytes) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(message);
    bytes += size;
  }
  if (part.length > 0) yield part;
}

function sizeOf({ value, headers = {} }: Message): number {
  return Object.entries(headers).reduce((sum, [name, text]) => sum + name.length + text.length, value.length);
}

/** One NDJSON of several. */
function joined(messages: readonly Received[]): Uint8Array {
  const whole = new Uint8Array(messages.reduce((sum, { value }) => sum + value.length + 1, 0));
  let at = 0;
  for (const { value } of messages) {
    whole.set(value, at);
    at += value.length;
    whole[at++] = newline;
  }
  return whole;
}

/** Lines that are not blank, as the store counts them. */
function lines(value: Uint8Array): number {
  return new TextDecoder()
    .decode(value)
    .split('\n')
    .filter((line) => line.trim() !== '').length;
}
