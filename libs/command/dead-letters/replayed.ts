import { letterReplayOf, type LetterReplay } from '@orbweaver/contracts/topics/letter-replay.ts';
import type { Letter } from './letter.ts';

/** Which letters of a topic were replayed, by the notes of earlier replays. */
export class Replayed {
  readonly #notes: { readonly replay: LetterReplay; readonly time: number }[] = [];

  /** `time`: when the note was taken, by the clock that letters have their time from. What is no note of this topic is passed over. */
  note(topic: string, value: Uint8Array, time: number): void {
    const replay = letterReplayOf(value);
    if (replay?.topic === topic) this.#notes.push({ replay, time });
  }

  /** A letter that came later than the note is another one: its topic was made anew, and counts from 0 again. */
  has({ offset, time }: Pick<Letter, 'offset' | 'time'>): boolean {
    return this.#notes.some((note) => note.time >= time && note.replay.offsets.some(([from, to]) => offset >= from && offset <= to));
  }
}

/** Offsets in growing order as ranges, both ends included. */
export function rangesOf(offsets: readonly number[]): [number, number][] {
  const ranges: [number, number][] = [];
  for (const offset of offsets) {
    const last = ranges.at(-1);
    if (last !== undefined && offset === last[1] + 1) last[1] = offset;
    else ranges.push([offset, offset]);
  }
  return ranges;
}
