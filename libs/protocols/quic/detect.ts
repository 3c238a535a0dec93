import { Verdict } from '../sdk/module.ts';
import { LongHeader, readLongHeader } from './long-header.ts';

const header = new LongHeader();

/** Bytes that a packet number and a tag take at least, behind the length. */
const minimumProtected = 20;

/**
 * A datagram that begins with an Initial packet of a version that is known, of a sound length. Both sides send them, and the first to be heard is the one that
 * opened the flow.
 */
export function detectQuic(bytes: Uint8Array, start: number, end: number): Verdict {
  if (!readLongHeader(header, bytes, start, end)) return Verdict.no;
  return header.isInitial && header.end - header.numberStart >= minimumProtected ? Verdict.either : Verdict.no;
}
