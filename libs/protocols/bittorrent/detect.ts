import { Match, containsText, firstOctets, matchAny, matchText } from '../sdk/detect-text.ts';
import { Verdict } from '../sdk/module.ts';

/** What both peers send first: the handshake (BEP 3), or that of BitTorrent Sync, a dictionary behind its length of 4 bytes. */
const handshakes = ['\x13BitTorrent protocol', 'BSYNC\0\0\0'];

export const mayBegin = firstOctets(handshakes);

export function detectStream(bytes: Uint8Array, start: number, end: number): Verdict {
  const match = matchAny(bytes, start, end, handshakes);
  if (match === Match.yes) return Verdict.either;
  return match === Match.partly ? Verdict.needMore : Verdict.no;
}

const openings = ['d1:a', 'd1:r', 'd1:q', 'd1:e', 'd2:ip'];

/** What a client asks a tracker to begin with (BEP 15): a number that all know, 8, action 4 (0: connect), transaction 4. */
const connect = '\0\0\x04\x17\x27\x10\x19\x80\0\0\0\0';
const connectLength = 16;

/** A client's first word to a tracker, or a message of the distributed hash table: a bencoded dictionary (BEP 5). */
export function detectDatagram(bytes: Uint8Array, start: number, end: number): Verdict {
  if (end - start >= connectLength && matchText(bytes, start, end, connect) === Match.yes) return Verdict.client;
  if (end - start < 20 || bytes[end - 1] !== 0x65) return Verdict.no;
  if (matchAny(bytes, start, end, openings) !== Match.yes) return Verdict.no;
  // Who sends, or what kind of message it is: every one has the second.
  return containsText(bytes, start, end, 'ID20:') || containsText(bytes, start, end, '1:Y1:') ? Verdict.either : Verdict.no;
}
