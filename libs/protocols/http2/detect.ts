import { readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Match, firstOctets, matchText } from '../sdk/detect-text.ts';
import { Verdict } from '../sdk/module.ts';
import { headerSize, isLikelyFrame } from './frames.ts';

/** Frames in a row that tell a connection whose beginning was not captured. */
const framesInARow = 3;

const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

export const mayBegin = firstOctets([preface, '\0']);

/** The client's preface, or the server's: a SETTINGS frame on stream 0 (RFC 9113, section 3.4). */
export function detectStream(bytes: Uint8Array, start: number, end: number): Verdict {
  const match = matchText(bytes, start, end, preface);
  if (match === Match.yes) return Verdict.client;
  if (match === Match.partly) return Verdict.needMore;
  if (bytes[start] !== 0) return Verdict.no;
  if (end - start < 9) return Verdict.needMore;
  const length = (bytes[start + 1]! << 8) | bytes[start + 2]!;
  // Length, type 4, no flags (an acknowledgment never comes first), stream 0; six bytes a setting.
  const isSettings =
    length % 6 === 0 && length <= 6 * 64 && bytes[start + 3] === 4 && bytes[start + 4] === 0 && readU32(bytes, start + 5) === 0;
  if (!isSettings) return detectMiddle(bytes, start, end);
  if (length === 0) return Verdict.server;
  if (end - start < 11) return Verdict.needMore;
  const identifier = (bytes[start + 9]! << 8) | bytes[start + 10]!;
  return identifier >= 1 && identifier <= 0x10 ? Verdict.server : Verdict.no;
}

/** A connection heard from the middle on: nothing but frames, of whole lengths, one behind the other. */
function detectMiddle(bytes: Uint8Array, start: number, end: number): Verdict {
  let at = start;
  for (let frames = 0; frames < framesInARow; frames++) {
    if (end - at < headerSize) return frames === 0 ? Verdict.no : Verdict.needMore;
    if (!isLikelyFrame(bytes, at)) return Verdict.no;
    at += headerSize + ((bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!);
  }
  return at <= end ? Verdict.either : Verdict.needMore;
}
