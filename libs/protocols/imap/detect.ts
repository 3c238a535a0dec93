import { Match, lineEnd, matchAny } from '../sdk/detect-text.ts';
import { Verdict } from '../sdk/module.ts';

const greetings = ['* OK', '* PREAUTH', '* BYE'];
const openings = ['CAPABILITY', 'LOGIN ', 'STARTTLS', 'AUTHENTICATE ', 'ID ', 'NOOP', 'LOGOUT'];
/** Longest tag in front of a command that is looked at. */
const tagLimit = 16;

export const mayBegin = (octet: number): boolean => octet === 0x2a || isTagByte(octet);

/** The server's greeting, or a client's command behind its tag (RFC 9051, sections 7.1 and 6). */
export function detectStream(bytes: Uint8Array, start: number, end: number): Verdict {
  const greeting = matchAny(bytes, start, end, greetings, true);
  if (greeting !== Match.no) return greeting === Match.yes ? Verdict.server : Verdict.needMore;
  let at = start;
  while (at < end && at - start < tagLimit && isTagByte(bytes[at]!)) at++;
  if (at === end) return lineEnd(bytes, start, end) < 0 && end - start < tagLimit ? Verdict.needMore : Verdict.no;
  if (at === start || bytes[at] !== 0x20) return Verdict.no;
  const opening = matchAny(bytes, at + 1, end, openings, true);
  if (opening !== Match.yes) return opening === Match.partly ? Verdict.needMore : Verdict.no;
  // A tag has a digit in it in every client known; a word alone begins many a line.
  for (let i = start; i < at; i++) if (isDigit(bytes[i]!)) return Verdict.client;
  return Verdict.no;
}

function isTagByte(byte: number): boolean {
  return isDigit(byte) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x2e;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
