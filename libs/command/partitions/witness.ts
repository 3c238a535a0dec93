import type { Session } from '@orbweaver/contracts/frames/batch-header.ts';
import { Word, wordsPerFlow } from '@orbweaver/packet/flow/flow-slab.ts';
import type { Observer } from '../dissection/options.ts';
import { observerText } from '../dissection/record-builder.ts';
import type { Sighting, Sightings, Watch } from './sightings.ts';

/** The flows of one observer's session, each the first that was told of its conversation, or the twin of another's. */
export class Witness {
  /** Of the packet at hand. */
  position = 0;
  readonly #sightings: Sightings;
  readonly #watch: Watch;
  /** By flow. */
  readonly #twinOf: (string | undefined)[] = [];
  readonly #first: ({ readonly sighting: Sighting; readonly position: number } | undefined)[] = [];

  constructor({ source, startedSeconds, startedNanos }: Session, observer: Observer, sightings: Sightings) {
    this.#sightings = sightings;
    const name = `${observer.name}/${observer.interface}`;
    this.#watch = sightings.watch({ source, startedSeconds, startedNanos, identity: observerText(observer), name });
  }

  opened(words: Uint32Array, flow: number): void {
    const at = flow * wordsPerFlow;
    const { position } = this;
    const seen = this.#sightings.opened(
      this.#watch,
      words,
      at,
      words[at + Word.firstSeconds]! + words[at + Word.firstNanos]! / 1e9,
      position,
    );
    if (typeof seen === 'string') this.#twinOf[flow] = seen;
    else if (seen !== undefined) this.#first[flow] = { sighting: seen, position };
  }

  twinOf(flow: number): string | undefined {
    return this.#twinOf[flow];
  }

  ended(words: Uint32Array, flow: number): void {
    this.#twinOf[flow] = undefined;
    const first = this.#first[flow];
    if (first === undefined) return;
    this.#first[flow] = undefined;
    const at = flow * wordsPerFlow;
    this.#sightings.ended(first.sighting, first.position, words[at + Word.lastSeconds]! + words[at + Word.lastNanos]! / 1e9);
  }

  /** Everything up to this packet time was told. */
  told(seconds: number): void {
    this.#watch.told = seconds;
  }
}
