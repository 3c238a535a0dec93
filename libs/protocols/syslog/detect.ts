import { Match, matchAny } from '../sdk/detect-text.ts';
import { Verdict, type PortHint } from '../sdk/module.ts';

/** IANA: syslog over UDP, and by custom over TCP; syslog-conn. */
const servicePorts: readonly number[] = [514, 601];
/** A version (RFC 5424, section 6), or the month of a date (RFC 3164, section 4.1.2). */
const openings = ['1 ', 'Jan ', 'Feb ', 'Mar ', 'Apr ', 'May ', 'Jun ', 'Jul ', 'Aug ', 'Sep ', 'Oct ', 'Nov ', 'Dec '];
const opener = 0x3c;
const closer = 0x3e;
const blank = 0x20;
/** Most digits of a length that are read. */
const lengthDigits = 7;

export const mayBeginDatagram = (octet: number): boolean => octet === opener;
export const mayBeginStream = (octet: number): boolean => octet === opener || (isDigit(octet) && octet !== 0x30);

export function detectDatagram(bytes: Uint8Array, start: number, end: number, ports: PortHint): Verdict {
  const verdict = detectMessage(bytes, start, end, ports);
  return verdict === Verdict.needMore ? Verdict.no : verdict;
}

/** Messages behind their length and a blank, or one a line (RFC 6587, section 3.4). */
export function detectStream(bytes: Uint8Array, start: number, end: number, ports: PortHint): Verdict {
  if (!mayBeginStream(bytes[start]!)) return Verdict.no;
  let at = start;
  while (at < end && at < start + lengthDigits && isDigit(bytes[at]!)) at++;
  if (at > start && at < end && bytes[at++] !== blank) return Verdict.no;
  return at === end ? Verdict.needMore : detectMessage(bytes, at, end, ports);
}

/** `<PRI>` with a priority up to 191, then a version or a date; on the port, anything. */
function detectMessage(bytes: Uint8Array, start: number, end: number, ports: PortHint): Verdict {
  if (bytes[start] !== opener) return Verdict.no;
  let at = start + 1;
  let priority = 0;
  for (; at < end && at < start + 4 && isDigit(bytes[at]!); at++) priority = priority * 10 + bytes[at]! - 0x30;
  if (priority > 191) return Verdict.no;
  if (at === end) return Verdict.needMore;
  if (at === start + 1 || bytes[at] !== closer) return Verdict.no;
  if (servicePorts.includes(ports.receiverPort)) return Verdict.client;
  const opening = matchAny(bytes, at + 1, end, openings);
  if (opening === Match.yes) return Verdict.client;
  return opening === Match.partly ? Verdict.needMore : Verdict.no;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
