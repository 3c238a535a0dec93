import { readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Match, matchText } from '../sdk/detect-text.ts';
import { Verdict } from '../sdk/module.ts';

/** The client's preface, or the server's: a SETTINGS frame on stream 0 (RFC 9113, section 3.4). */
export function detectStream(bytes: Uint8Array, start: number, end: number): Verdict {
  const match = matchText(bytes, start, end, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  if (match === Match.yes) return Verdict.client;
  if (match === Match.partly) return Verdict.needMore;
  if (bytes[start] !== 0) return Verdict.no;
  if (end - start < 9) return Verdict.needMore;
  const length = (bytes[start + 1]! << 8) | bytes[start + 2]!;
  // Length, type 4, no flags (an acknowledgment never comes first), stream 0; six bytes a setting.
  const isSettings =
    length % 6 === 0 && length <= 6 * 64 && bytes[start + 3] === 4 && bytes[start + 4] === 0 && readU32(bytes, start + 5) === 0;
  if (!isSettings) return Verdict.no;
  if (length === 0) return Verdict.server;
  if (end - start < 11) return Verdict.needMore;
  const identifier = (bytes[start + 9]! << 8) | bytes[start + 10]!;
  return identifier >= 1 && identifier <= 0x10 ? Verdict.server : Verdict.no;
}
