import { Match, containsText, firstOctets, lineEnd, matchAny, matchText } from '../sdk/detect-text.ts';
import { Verdict } from '../sdk/module.ts';

const methods = [
  'REGISTER ',
  'INVITE ',
  'ACK ',
  'BYE ',
  'CANCEL ',
  'OPTIONS ',
  'SUBSCRIBE ',
  'NOTIFY ',
  'PUBLISH ',
  'INFO ',
  'REFER ',
  'MESSAGE ',
  'UPDATE ',
  'PRACK ',
];
/** Longest start line that is looked at, in bytes. */
const startLineLimit = 1024;

export const mayBegin = firstOctets(['SIP/', ...methods]);

/** A start line: `Method SP Request-URI SP SIP/2.0` or `SIP/2.0 SP code` (RFC 3261, section 7). */
export function detectStream(bytes: Uint8Array, start: number, end: number): Verdict {
  const status = matchText(bytes, start, end, 'SIP/2.0 ');
  const method = matchAny(bytes, start, end, methods);
  if (status === Match.yes) return Verdict.server;
  if (method !== Match.yes) return status === Match.partly || method === Match.partly ? Verdict.needMore : Verdict.no;
  const line = lineEnd(bytes, start, Math.min(end, start + startLineLimit));
  if (line < 0) return end - start < startLineLimit ? Verdict.needMore : Verdict.no;
  return containsText(bytes, start, line, ' SIP/2.0') ? Verdict.client : Verdict.no;
}

export function detectDatagram(bytes: Uint8Array, start: number, end: number): Verdict {
  if (isKeepAlive(bytes, start, end)) return Verdict.needMore;
  const verdict = detectStream(bytes, start, end);
  return verdict === Verdict.needMore ? Verdict.no : verdict;
}

/** Blank lines or zeros that keep a binding open (RFC 5626, section 3.5.1, and what is done in its stead). */
function isKeepAlive(bytes: Uint8Array, start: number, end: number): boolean {
  if (end === start || end - start > 4) return false;
  for (let at = start; at < end; at++) if (bytes[at] !== 0 && bytes[at] !== 0x0d && bytes[at] !== 0x0a) return false;
  return true;
}
