import type { MessagePort } from 'node:worker_threads';
import type { NameAnswer } from '@orbweaver/command/enrichment/names/answers.ts';
import { comparePlaces, type Place } from '@orbweaver/command/partitions/partition-dissector.ts';

/** A name that a thread has read, and where. */
export interface FoundName {
  readonly answer: NameAnswer;
  readonly place: Place;
}

/** The threads of an analysis tell each other, piece by piece, which names each has read in it. */
export class NamesExchange {
  readonly #others: readonly MessagePort[];
  /** What this thread has told of pieces that were not taken yet. */
  readonly #told: (readonly FoundName[])[] = [];
  /** By other thread: the same, as JSON, which is cheaper to copy than the list. */
  readonly #heard: readonly string[][];

  /** `others` are ports to the other threads. `changed` is called after each telling of one of them. */
  constructor(others: readonly MessagePort[], changed: () => void) {
    this.#others = others;
    this.#heard = others.map((port) => {
      const heard: string[] = [];
      port.on('message', (found: string) => {
        heard.push(found);
        changed();
      });
      return heard;
    });
  }

  /** Tells the others what the next piece has brought; to be called for each, also where it is nothing. */
  tell(found: readonly FoundName[]): void {
    this.#told.push(found);
    const text = JSON.stringify(found);
    for (const port of this.#others) port.postMessage(text);
  }

  /** What all have found in the next piece, in order; undefined until the others have told. */
  take(): FoundName[] | undefined {
    if (this.#heard.some((told) => told.length === 0)) return undefined;
    const heard = this.#heard.flatMap((told) => JSON.parse(told.shift()!) as FoundName[]);
    return heard.concat(this.#told.shift()!).sort((a, b) => comparePlaces(a.place, b.place));
  }

  close(): void {
    for (const port of this.#others) port.close();
  }
}
