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
  /** By other thread: what it has told of pieces that were not taken yet, as JSON, which is cheaper to copy than the list. */
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
    const text = JSON.stringify(found);
    for (const port of this.#others) port.postMessage(text);
  }

  /** What the others have found in the next piece, in order; undefined until all of them have told. */
  take(): FoundName[] | undefined {
    if (this.#heard.some((told) => told.length === 0)) return undefined;
    return this.#heard.flatMap((told) => JSON.parse(told.shift()!) as FoundName[]).sort((a, b) => comparePlaces(a.place, b.place));
  }

  close(): void {
    for (const port of this.#others) port.close();
  }
}
