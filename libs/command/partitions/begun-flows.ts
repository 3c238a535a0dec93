import { StartCounts, startWords } from '@orbweaver/packet/flow/start-counts.ts';

/** Seconds that a live capture's clock may go back and still have its flows told apart: farther back it is another clock. */
const clockSlack = 60;

/**
 * How the flows of a session have begun: whoever reads a partition again from a position must know what had begun before it, and no more, to count flows that begin alike as
 * they were counted the first time.
 */
export class BegunFlows {
  /** Of a live session: its clock is trusted not to go back far. Files are put together of anything. */
  isLive = false;
  /** Of flows that began in front of the last checkpoint. */
  readonly #before = new StartCounts();
  /** Of the later ones, in their order: positions, and how they began. */
  #positions = new Float64Array(64);
  #starts = new Uint32Array(64 * startWords);
  #head = 0;
  #count = 0;
  #newest = 0;

  /** `entries`: of a checkpoint. */
  constructor(entries?: Uint32Array) {
    if (entries !== undefined) this.#before.restore(entries);
  }

  add(position: number, start: Uint32Array): void {
    if (this.#count === this.#positions.length) this.#makeRoom();
    this.#positions[this.#count] = position;
    this.#starts.set(start, this.#count * startWords);
    this.#newest = start[2]!;
    this.#count++;
  }

  /** Tells `counts`, which are new, of all of them. */
  tell(counts: StartCounts): void {
    counts.restore(this.#before.entries());
    for (let i = this.#head; i < this.#count; i++) counts.add(this.#starts, i * startWords);
  }

  /** What is to be known of flows that began in front of `position`, which never goes back; of a live session only as far back as its clock may go. */
  entriesBefore(position: number): Uint32Array {
    while (this.#head < this.#count && this.#positions[this.#head]! < position) this.#before.add(this.#starts, this.#head++ * startWords);
    return this.#before.entries(this.isLive ? this.#newest - clockSlack : 0);
  }

  #makeRoom(): void {
    const left = this.#count - this.#head;
    const isFull = left * 2 > this.#positions.length;
    const positions = isFull ? new Float64Array(this.#positions.length * 2) : this.#positions;
    const starts = isFull ? new Uint32Array(this.#starts.length * 2) : this.#starts;
    positions.set(this.#positions.subarray(this.#head, this.#count));
    starts.set(this.#starts.subarray(this.#head * startWords, this.#count * startWords));
    [this.#positions, this.#starts, this.#head, this.#count] = [positions, starts, 0, left];
  }
}
