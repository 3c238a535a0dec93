import { Match, firstOctets, lineEnd, matchAny } from '../sdk/detect-text.ts';
import { Verdict } from '../sdk/module.ts';

const openings = ['NICK ', 'CAP LS', 'CAP REQ '];
const greetings = ['NOTICE AUTH ', 'NOTICE * '];
const registrations = ['USER ', 'PASS '];
/** What follows PASS: of a client (RFC 2812, section 3.1.1; IRCv3), and of a server that links to another (RFC 2813, section 4.1.1; CAPAB and PROTOCTL of what most run). */
const afterPassword = ['NICK ', 'USER ', 'CAP ', 'SERVER ', 'CAPAB ', 'PROTOCTL '];

export const mayBegin = firstOctets([...openings, ...greetings, ...registrations, ':']);

/**
 * What a client registers with, or what a server says before (RFC 2812, section 3.1; IRCv3 capability negotiation). STARTTLS alone is other protocols' too
 * (RFC 5804, section 2.2): what the server answers to it tells.
 */
export function detectStream(bytes: Uint8Array, start: number, end: number): Verdict {
  const opening = matchAny(bytes, start, end, openings);
  if (opening !== Match.no) return opening === Match.yes ? Verdict.client : Verdict.needMore;
  const greeting = matchAny(bytes, start, end, greetings);
  if (greeting !== Match.no) return greeting === Match.yes ? Verdict.server : Verdict.needMore;
  const user = matchAny(bytes, start, end, registrations);
  if (user === Match.partly) return Verdict.needMore;
  if (user === Match.yes) return detectRegistration(bytes, start, end);
  return bytes[start] === 0x3a ? detectPrefixed(bytes, start, end) : Verdict.no;
}

/** `USER name mode unused :real name`, or PASS and then what follows it. */
function detectRegistration(bytes: Uint8Array, start: number, end: number): Verdict {
  const line = lineEnd(bytes, start, end);
  if (line < 0) return Verdict.needMore;
  if (bytes[start] === 0x50) {
    const next = matchAny(bytes, line + 1, end, afterPassword);
    return next === Match.yes ? Verdict.client : next === Match.partly ? Verdict.needMore : Verdict.no;
  }
  let blanks = 0;
  for (let at = start; at < line; at++) if (bytes[at] === 0x20) blanks++;
  return blanks >= 4 ? Verdict.client : Verdict.no;
}

/** `:server NOTICE ...`, `:server 001 ...`, or 670 and 691, which answer STARTTLS. */
function detectPrefixed(bytes: Uint8Array, start: number, end: number): Verdict {
  const line = lineEnd(bytes, start, end);
  if (line < 0) return Verdict.needMore;
  const blank = bytes.subarray(0, line).indexOf(0x20, start);
  if (blank < 0) return Verdict.no;
  return matchAny(bytes, blank + 1, line, ['NOTICE ', '001 ', '020 ', '670 ', '691 ', 'PING ']) === Match.yes ? Verdict.server : Verdict.no;
}
