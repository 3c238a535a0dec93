import { Match, firstOctets, matchAny, matchText } from '../sdk/detect-text.ts';
import { Verdict } from '../sdk/module.ts';

/** How version 2 begins (The PROXY protocol, section 2.2). */
export const signature = '\r\n\r\n\0\r\nQUIT\n';

/** How version 1 begins (section 2.1). */
const lines = ['PROXY TCP4 ', 'PROXY TCP6 ', 'PROXY UNKNOWN'];

export const mayBegin = firstOctets([signature, ...lines]);

/** The header that a proxy puts before what its client says: a line of text, or the signature and the version with the command LOCAL or PROXY. */
export function detectStream(bytes: Uint8Array, start: number, end: number): Verdict {
  const binary = matchText(bytes, start, end, signature);
  const best = binary === Match.no ? matchAny(bytes, start, end, lines) : binary;
  if (best === Match.no) return Verdict.no;
  const versionAt = start + signature.length;
  if (best === Match.partly || (binary === Match.yes && versionAt >= end)) return Verdict.needMore;
  return binary === Match.no || (bytes[versionAt]! & 0xfe) === 0x20 ? Verdict.client : Verdict.no;
}
