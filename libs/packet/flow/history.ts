import { flat } from '@orbweaver/kernel/bytes/text.ts';
import { type FlowSlab, Word, historyLimit, wordsPerFlow } from './flow-slab.ts';

/** Which letter stands for what, once a side, in `Word.historyBits`. */
export const HistoryBit = { syn: 1, fin: 2, rst: 4, data: 8, ack: 16, finAndRst: 32, severalFlags: 64 } as const;

/** Codes of the letters as the source writes them. */
export const Letter = {
  syn: 0x53, // S
  synAck: 0x48, // H
  ack: 0x41, // A
  data: 0x44, // D
  fin: 0x46, // F
  rst: 0x52, // R
  gap: 0x47, // G
  repeat: 0x54, // T
  zeroWindow: 0x57, // W
  badChecksum: 0x43, // C
  finAndRst: 0x49, // I
  severalFlags: 0x51, // Q
  flipped: 0x5e, // ^
} as const;

const lowerCase = 0x20;

/** Writes a letter: upper case for the source, lower for the destination. */
export function addLetter(slab: FlowSlab, flow: number, side: number, letter: number): void {
  const at = flow * wordsPerFlow + Word.historyLength;
  const length = slab.words[at]!;
  if (length >= historyLimit) return;
  slab.history[flow * historyLimit + length] = side === 0 || letter === Letter.flipped ? letter : letter | lowerCase;
  slab.words[at] = length + 1;
}

/** Writes a letter unless this side has it already. Returns true if it had. */
export function addLetterOnce(slab: FlowSlab, flow: number, side: number, bit: number, letter: number): boolean {
  const at = flow * wordsPerFlow + Word.historyBits;
  const mask = bit << (side * 16);
  if ((slab.words[at]! & mask) !== 0) return true;
  slab.words[at] = slab.words[at]! | mask;
  addLetter(slab, flow, side, letter);
  return false;
}

/** Writes a letter for the first, the tenth, the hundredth ... of what is counted. `count` includes this one. */
export function addLetterScaled(slab: FlowSlab, flow: number, side: number, count: number, letter: number): void {
  for (let power = 1; power <= count; power *= 10) if (power === count) addLetter(slab, flow, side, letter);
}

/**
 * As `addLetterScaled`, at a place further ahead: what happened there became known only now. A place that was told with an earlier piece of the flow is none. Returns true
 * if a letter was written there.
 */
export function insertLetterScaled(slab: FlowSlab, flow: number, side: number, count: number, letter: number, place: number): boolean {
  const at = flow * wordsPerFlow + Word.historyLength;
  const before = slab.words[at]!;
  addLetterScaled(slab, flow, side, count, letter);
  if (slab.words[at] === before || place > before) return false;
  const start = flow * historyLimit;
  const written = slab.history[start + before]!;
  slab.history.copyWithin(start + place + 1, start + place, start + before);
  slab.history[start + place] = written;
  return true;
}

export function historyText(slab: FlowSlab, flow: number): string {
  const start = flow * historyLimit;
  const end = start + slab.words[flow * wordsPerFlow + Word.historyLength]!;
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode(slab.history[at]!);
  return flat(text);
}
