import { topics } from '@orbweaver/contracts/topics/topics.ts';
import type { Producer } from '../streaming/bus.ts';
import { MessageRefused } from '../streaming/bus.ts';
import { FrameLetters } from './frame-letters.ts';
import type { Letter } from './letter.ts';
import { rangesOf } from './replayed.ts';

/** Letters that are sent before it is noted that they were: as many come twice after a crash, which their ids make harmless. */
const lettersAtOnce = 500;
const bytesAtOnce = 8 * 2 ** 20;

export interface ReplayParts {
  readonly producer: Pick<Producer, 'send'>;
  /** Notes nothing and sends nothing, and says what would become of each letter. */
  readonly isDryRun: boolean;
  /** Is told of every letter that stays where it is, and why. */
  left(letter: Letter, reason: string): void;
}

/**
 * Sends letters of one group again to where they came from, and notes which they were. Records go as they are. Frame batches go as a session of their own, which ends with
 * `finish`.
 */
export class Replay {
  sent = 0;
  readonly #topic: string;
  readonly #parts: ReplayParts;
  readonly #frames: FrameLetters;
  #sends: Promise<void>[] = [];
  #offsets: number[] = [];
  #bytes = 0;

  /** `topic` is that of the letters; `name` tells this replay from every other. */
  constructor(topic: string, name: string, parts: ReplayParts) {
    this.#topic = topic;
    this.#parts = parts;
    this.#frames = new FrameLetters(name);
  }

  async take(letter: Letter): Promise<void> {
    const { from, value, offset } = letter;
    if (from === undefined) return this.#parts.left(letter, 'it does not say where it came from');
    const message = from.topic === topics.frames.name ? this.#frames.take(from.partition, value) : value;
    if (typeof message === 'string') return this.#parts.left(letter, message);
    this.sent++;
    if (this.#parts.isDryRun) return;
    this.#send(letter, from, message);
    this.#offsets.push(offset);
    this.#bytes += value.length;
    if (this.#offsets.length >= lettersAtOnce || this.#bytes >= bytesAtOnce) await this.#note();
  }

  /** Resolves when all that was taken is on its way and noted. */
  async finish(): Promise<void> {
    if (this.#parts.isDryRun) return;
    for (const { partition, batch } of this.#frames.end())
      this.#sends.push(this.#parts.producer.send({ topic: topics.frames.name, partition }, [{ value: batch }]));
    await this.#note();
  }

  #send(letter: Letter, { topic, partition }: NonNullable<Letter['from']>, value: Uint8Array): void {
    const sent = this.#parts.producer.send({ topic, partition }, [{ value }]).catch((error: unknown) => {
      if (!(error instanceof MessageRefused)) throw error;
      this.sent--;
      this.#offsets = this.#offsets.filter((offset) => offset !== letter.offset);
      this.#parts.left(letter, error.message);
    });
    this.#sends.push(sent);
  }

  async #note(): Promise<void> {
    await Promise.all(this.#sends);
    const note = { topic: this.#topic, offsets: rangesOf(this.#offsets) };
    this.#sends = [];
    this.#offsets = [];
    this.#bytes = 0;
    if (note.offsets.length === 0) return;
    const value = new TextEncoder().encode(JSON.stringify(note));
    await this.#parts.producer.send({ topic: topics.replays.name, partition: 0 }, [{ value }]);
  }
}
