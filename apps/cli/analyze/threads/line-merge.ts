import { placeWords } from './line-batch.ts';
import type { PlacedLines } from './messages.ts';

/** Takes lines, each with its line feed. */
export type LinesOut = (bytes: Uint8Array, start: number, end: number) => void;

interface Entry {
  readonly thread: number;
  /** Pieces of the capture that its thread had answered before. */
  readonly step: number;
  /** More lines of the same step may follow, from the last of these on. */
  readonly isOpen: boolean;
  readonly lines: PlacedLines;
  /** The line that goes out next. */
  next: number;
}

/**
 * Puts the lines of all threads in the order of the whole capture. Each piece of the capture is answered by every thread, so that a line waits for no more than the
 * others' answers to the same piece, and all lines of a piece have gone out once every thread has answered it.
 */
export class LineMerge {
  /** Lines that have gone out. */
  lines = 0;
  readonly #out: LinesOut;
  readonly #taken: (thread: number, step: number) => void;
  readonly #queues: Entry[][];
  /** By thread: the least step that its next answer may have; `Infinity` after its last one. */
  readonly #nextSteps: number[];

  /** `taken` is told of each answer all of whose lines have gone out. */
  constructor(threads: number, out: LinesOut, taken: (thread: number, step: number) => void) {
    this.#out = out;
    this.#taken = taken;
    this.#queues = Array.from({ length: threads }, () => []);
    this.#nextSteps = new Array<number>(threads).fill(0);
  }

  /** Takes the next answer of a thread. `isOpen`: the step goes on with its next one. */
  add(thread: number, step: number, lines: PlacedLines, isOpen: boolean): void {
    if (isOpen && lines.count === 0) this.#taken(thread, step);
    else this.#queues[thread]!.push({ thread, step, isOpen, lines, next: 0 });
    this.#nextSteps[thread] = isOpen ? step : step + 1;
    this.#drain();
  }

  /** A thread has given its last answer. */
  end(thread: number): void {
    this.#nextSteps[thread] = Infinity;
    this.#drain();
  }

  #drain(): void {
    for (;;) {
      let first: Entry | undefined;
      let second: Entry | undefined;
      let missing = Infinity;
      for (const [thread, queue] of this.#queues.entries()) {
        const entry = queue[0];
        if (entry === undefined) {
          missing = Math.min(missing, this.#nextSteps[thread]!);
        } else if (first === undefined || isBefore(entry, first)) {
          second = first;
          first = entry;
        } else if (second === undefined || isBefore(entry, second)) second = entry;
      }
      // A line that is still to come may stand before it.
      if (first === undefined || first.step >= missing) return;
      this.#send(first, second);
      if (first.next < first.lines.count) continue;
      this.#queues[first.thread]!.shift();
      this.#taken(first.thread, first.step);
    }
  }

  /** Sends the lines of `entry` that stand before those of `other`. */
  #send(entry: Entry, other: Entry | undefined): void {
    const { lines, next } = entry;
    while (entry.next < lines.count && (other === undefined || !isBefore(other, entry))) entry.next++;
    if (entry.next === next) return;
    this.lines += entry.next - next;
    this.#out(lines.bytes, next === 0 ? 0 : lines.ends[next - 1]!, lines.ends[entry.next - 1]!);
  }
}

/** True if what comes next of `a` stands before what comes next of `b`; of the same place, the lower thread's. */
function isBefore(a: Entry, b: Entry): boolean {
  if (a.step !== b.step) return a.step < b.step;
  const lineOfA = nextLine(a);
  const lineOfB = nextLine(b);
  if (lineOfA === behindAll || lineOfB === behindAll) return lineOfA < lineOfB || (lineOfA === lineOfB && a.thread < b.thread);
  for (let i = 0; i < placeWords; i++) {
    const ofA = a.lines.places[placeWords * lineOfA + i]!;
    const ofB = b.lines.places[placeWords * lineOfB + i]!;
    if (ofA !== ofB) return ofA < ofB;
  }
  return a.thread < b.thread;
}

/** The line whose place stands for what is left of an answer, the beginning of the next one included. */
function nextLine({ next, isOpen, lines }: Entry): number {
  if (next < lines.count) return next;
  return isOpen && lines.count > 0 ? lines.count - 1 : behindAll;
}

const behindAll = Infinity;
