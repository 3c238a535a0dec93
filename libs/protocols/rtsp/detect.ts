import { Match, containsText, firstOctets, lineEnd, matchAny, matchText } from '../sdk/detect-text.ts';
import { Verdict } from '../sdk/module.ts';

const methods = [
  'OPTIONS ',
  'DESCRIBE ',
  'ANNOUNCE ',
  'SETUP ',
  'PLAY ',
  'PAUSE ',
  'TEARDOWN ',
  'GET_PARAMETER ',
  'SET_PARAMETER ',
  'REDIRECT ',
  'RECORD ',
];
/** Longest start line that is looked at, in bytes. */
const startLineLimit = 1024;

export const mayBegin = firstOctets(['RTSP/', ...methods]);

/** A start line: `Method SP Request-URI SP RTSP/1.0` or `RTSP/1.0 SP code` (RFC 2326, sections 6.1 and 7.1; RFC 7826 has 2.0). */
export function detectStream(bytes: Uint8Array, start: number, end: number): Verdict {
  const status = Math.max(matchText(bytes, start, end, 'RTSP/1.0 '), matchText(bytes, start, end, 'RTSP/2.0 '));
  const method = matchAny(bytes, start, end, methods);
  if (status === Match.yes) return Verdict.server;
  if (method !== Match.yes) return status === Match.partly || method === Match.partly ? Verdict.needMore : Verdict.no;
  const line = lineEnd(bytes, start, Math.min(end, start + startLineLimit));
  if (line < 0) return end - start < startLineLimit ? Verdict.needMore : Verdict.no;
  return containsText(bytes, start, line, ' RTSP/') ? Verdict.client : Verdict.no;
}
