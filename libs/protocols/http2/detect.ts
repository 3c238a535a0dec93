import { readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Match, firstOctets, matchText } from '../sdk/detect-text.ts';
import { Verdict } from '../sdk/module.ts';
import { Flag, FrameType, headerSize, isLikelyFrame, lengthOf } from './frames.ts';

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
  let sender: Verdict = Verdict.either;
  for (let frames = 0; frames < framesInARow || sender === Verdict.either; frames++) {
    const isEnough = frames > framesInARow || (frames === framesInARow && at <= end);
    if (end - at < headerSize) return isEnough ? sender : frames === 0 ? Verdict.no : Verdict.needMore;
    if (!isLikelyFrame(bytes, at)) return isEnough ? sender : Verdict.no;
    if (sender === Verdict.either) sender = senderOf(bytes, at, end);
    at += headerSize + lengthOf(bytes, at);
  }
  return at <= end ? sender : Verdict.needMore;
}

/**
 * Who sends the frame at `at`. Only a server promises; a header block begins with a pseudo-header field, unless it is trailers, and as a rule with one of the
 * static table: 1 to 7 are those of requests, 8 to 14 of responses (RFC 9113, section 8.3; RFC 7541, section 6 and appendix A).
 */
function senderOf(bytes: Uint8Array, at: number, end: number): Verdict {
  if (bytes[at + 3] === FrameType.pushPromise) return Verdict.server;
  if (bytes[at + 3] !== FrameType.headers) return Verdict.either;
  const flags = bytes[at + 4]!;
  const block = at + headerSize + (flags & Flag.padded ? 1 : 0) + (flags & Flag.priority ? 5 : 0);
  if (block >= Math.min(end, at + headerSize + lengthOf(bytes, at))) return Verdict.either;
  const octet = bytes[block]!;
  const index = octet & 0x80 ? octet & 0x7f : octet & 0x40 ? octet & 0x3f : octet & 0x20 ? 0 : octet & 0x0f;
  if (index < 1 || index > 14) return Verdict.either;
  return index < 8 ? Verdict.client : Verdict.server;
}
