import { contentHeader, parseContentPart, type ContentPart } from '@orbweaver/contracts/topics/content-part.ts';
import { deadLetterHeaders, deadLetters } from '@orbweaver/contracts/topics/topics.ts';
import { sessionEndHeader } from '@orbweaver/contracts/topics/session-end.ts';
import type { Batch, BatchControl, BatchHandler, Consumer, Message, Producer, Received } from '../streaming/bus.ts';
import { sayStored } from './say-stored.ts';

/** Bytes that are given to the store at once. */
const maxAppendBytes = 4 * 2 ** 20;
const letters = deadLetters('index-writer');

export interface StoredPart extends ContentPart {
  readonly value: Uint8Array;
}

/** Where content goes to. Durable once `append` has resolved: to why each part was refused for good, undefined for those that were not. Rejects when it cannot take any now. */
export interface ContentStore {
  append(parts: readonly StoredPart[]): Promise<readonly (string | undefined)[]>;
}

export interface ContentIndexerParts {
  readonly store: ContentStore;
  readonly consumer: Pick<Consumer, 'commit'>;
  /** For what the store refuses, and for the ends of sessions. */
  readonly producer: Pick<Producer, 'send'>;
}

/** Brings content from the bus into the store, as `RecordIndexer` does records: an offset is committed behind what is stored, or lies with the dead letters. */
export class ContentIndexer implements BatchHandler {
  /** Parts that are stored. */
  stored = 0;
  storedBytes = 0;
  refused = 0;
  readonly #parts: ContentIndexerParts;

  constructor(parts: ContentIndexerParts) {
    this.#parts = parts;
  }

  async batch({ topic, partition, messages }: Batch, control: BatchControl): Promise<void> {
    for (const portion of portions(messages)) {
      if (control.isLost) return;
      await this.#store(topic, partition, portion);
      const last = portion.at(-1)!.offset;
      await sayStored('contents', partition, portion, this.#parts.producer);
      control.handled(last);
      await this.#parts.consumer.commit({ topic, partition }, last + 1);
    }
  }

  async #store(topic: string, partition: number, messages: readonly Received[]): Promise<void> {
    const taken: { readonly message: Received; readonly part: StoredPart }[] = [];
    const buried: Message[] = [];
    const bury = ({ value, headers, offset }: Received, reason: string) => {
      const about = {
        [deadLetterHeaders.stage]: 'index',
        [deadLetterHeaders.reason]: reason,
        [deadLetterHeaders.topic]: topic,
        [deadLetterHeaders.partition]: String(partition),
        [deadLetterHeaders.offset]: String(offset),
      };
      buried.push({ value, headers: { ...headers, ...about } });
    };
    for (const message of messages) {
      const part = parseContentPart(message.headers[contentHeader] ?? '');
      if (part !== undefined) taken.push({ message, part: { ...part, value: message.value } });
      else if (message.headers[sessionEndHeader] === undefined) bury(message, `it has no header ${contentHeader} that names its content`);
    }
    const reasons = taken.length === 0 ? [] : await this.#parts.store.append(taken.map(({ part }) => part));
    for (const [at, { message }] of taken.entries()) {
      const reason = reasons[at];
      if (reason !== undefined) bury(message, reason);
      else {
        this.stored++;
        this.storedBytes += message.value.length;
      }
    }
    this.refused += buried.length;
    for (const letter of buried) await this.#parts.producer.send({ topic: letters.name, partition: 0 }, [letter]);
  }
}

/** As many messages at a time as the store is given. */
function* portions(messages: readonly Received[]): Generator<Received[]> {
  let portion: Received[] = [];
  let bytes = 0;
  for (const message of messages) {
    if (portion.length > 0 && bytes + message.value.length > maxAppendBytes) {
      yield portion;
      portion = [];
      bytes = 0;
    }
    portion.push(message);
    bytes += message.value.length;
  }
  if (portion.length > 0) yield portion;
}
