import { Match, firstOctets, matchText } from '../sdk/detect-text.ts';
import { Verdict } from '../sdk/module.ts';

const opening = 'SSH-';

export const mayBegin = firstOctets([opening]);

/** The identification string, which both sides send: `SSH-protoversion-softwareversion` (RFC 4253, section 4.2). */
export function detectStream(bytes: Uint8Array, start: number, end: number): Verdict {
  const match = matchText(bytes, start, end, opening);
  if (match !== Match.yes) return match === Match.no ? Verdict.no : Verdict.needMore;
  if (end - start < 6) return Verdict.needMore;
  const major = bytes[start + 4]!;
  return (major === 0x31 || major === 0x32) && bytes[start + 5] === 0x2e ? Verdict.either : Verdict.no;
}
