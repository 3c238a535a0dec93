import { Match, containsText, firstOctets, matchAny } from '../sdk/detect-text.ts';
import { Verdict } from '../sdk/module.ts';

/** Bytes in which the stream element must begin. */
const headLimit = 512;

const openings = ['<?xml ', '<stream:stream', "<?xml'"];

export const mayBegin = firstOctets(openings);

/** A stream element, perhaps behind an XML declaration; both sides send one (RFC 6120, section 4.2). */
export function detectStream(bytes: Uint8Array, start: number, end: number): Verdict {
  const opening = matchAny(bytes, start, end, openings);
  if (opening !== Match.yes) return opening === Match.no ? Verdict.no : Verdict.needMore;
  const stop = Math.min(end, start + headLimit);
  if (containsText(bytes, start, stop, '<STREAM:STREAM')) return Verdict.either;
  return end - start < headLimit ? Verdict.needMore : Verdict.no;
}
