import type { MessagePort } from 'node:worker_threads';
import type { DissectionOptions } from '@orbweaver/command/dissection/options.ts';
import type { FrameMemory } from '@orbweaver/command/partitions/frame-list.ts';
import type { DissectionSummary } from '@orbweaver/command/dissection/summary.ts';

/** What a thread is started with. */
export interface ThreadInput {
  readonly thread: number;
  readonly threads: number;
  /** Where pieces of the capture and what is told of their frames come to lie, in turn. All threads read them. */
  readonly places: readonly FrameMemory[];
  /** To each other thread. */
  readonly others: readonly MessagePort[];
  readonly options: DissectionOptions;
}

export type ToThread =
  /** The next piece of the capture lies at this place, with so many frames; it stays until it is answered. */
  | { readonly kind: 'piece'; readonly place: number; readonly frames: number }
  /** The capture has ended, or nothing behind can be read. */
  | { readonly kind: 'end' }
  /** The lines of an answer behind the end have gone out. */
  | { readonly kind: 'taken' };

/** Every piece is answered once, in order, then the end by as many answers as it takes. */
export interface Answer {
  readonly lines: number;
  /** Which of the thread's rooms they lie in; the thread leaves it alone until they must have gone out. */
  readonly place: number;
  /** The room, if it is another than the last time. */
  readonly room: LineRoom | undefined;
  /** With the last answer. */
  readonly summary?: DissectionSummary;
}

/** Memory of several threads in which lines lie. */
export interface LineRoom {
  /** UTF-8, each line with its line feed. */
  readonly bytes: Uint8Array;
  /** By line: where it ends in `bytes`. */
  readonly ends: Uint32Array;
  /** By line: the four numbers of its `Place`, the frame counted from the beginning of the piece. */
  readonly places: Uint32Array;
}

/** Lines of records, in the order of their places. */
export interface PlacedLines extends LineRoom {
  readonly count: number;
}

/** Pieces that may be under way, so that no thread waits for another. */
export const placeCount = 8;

/** Answers behind the end that a thread gives before it waits for one to be taken. */
export const answersUnderWay = 2;
