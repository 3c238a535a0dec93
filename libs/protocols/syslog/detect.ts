import { Match, matchText } from '../sdk/detect-text.ts';
import { Verdict, type PortHint } from '../sdk/module.ts';

/** IANA: syslog. */
const port = 514;
const months = ['Jan ', 'Feb ', 'Mar ', 'Apr ', 'May ', 'Jun ', 'Jul ', 'Aug ', 'Sep ', 'Oct ', 'Nov ', 'Dec '];

/** `<PRI>` with a priority up to 191, then a version (RFC 5424, section 6) or a date (RFC 3164, section 4.1.2); on the port, anything. */
export function detectDatagram(bytes: Uint8Array, start: number, end: number, ports: PortHint): Verdict {
  if (bytes[start] !== 0x3c) return Verdict.no;
  let at = start + 1;
  let priority = 0;
  for (; at < end && at < start + 4 && isDigit(bytes[at]!); at++) priority = priority * 10 + bytes[at]! - 0x30;
  if (at === start + 1 || priority > 191 || bytes[at] !== 0x3e) return Verdict.no;
  at++;
  if (ports.receiverPort === port) return Verdict.client;
  if (matchText(bytes, at, end, '1 ') === Match.yes) return Verdict.client;
  return months.some((month) => matchText(bytes, at, end, month) === Match.yes) ? Verdict.client : Verdict.no;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
