import { Verdict } from '../sdk/module.ts';

/** Over TCP a length comes before each message (RFC 4120, section 7.2.2). */
const frameHeader = 4;
/** AS-REQ and TGS-REQ, [APPLICATION 10] and [APPLICATION 12]. */
const requests: readonly number[] = [0x6a, 0x6c];
/** AS-REP, TGS-REP and KRB-ERROR, [APPLICATION 11], [APPLICATION 13] and [APPLICATION 30]. */
const answers: readonly number[] = [0x6b, 0x6d, 0x7e];
/** Two tags with lengths of up to five octets, and the fields below: no message is as short. */
const headLimit = 22;

/** No message is as long as 16 MB. */
export const mayBeginStream = (octet: number): boolean => octet === 0;
export const mayBeginDatagram = (octet: number): boolean => requests.includes(octet) || answers.includes(octet);

export function detectStream(bytes: Uint8Array, start: number, end: number): Verdict {
  if (bytes[start] !== 0) return Verdict.no;
  return end - start <= frameHeader ? Verdict.needMore : detectMessage(bytes, start + frameHeader, end);
}

export function detectDatagram(bytes: Uint8Array, start: number, end: number): Verdict {
  return end - start < headLimit ? Verdict.no : detectMessage(bytes, start, end);
}

/** A tag, a SEQUENCE, and in it the version, always 5, and the type, which is the tag's number; requests count the two from [1], answers from [0] (RFC 4120, sections 5.4 and 5.9). */
function detectMessage(bytes: Uint8Array, start: number, end: number): Verdict {
  const tag = bytes[start]!;
  const isRequest = requests.includes(tag);
  if (!isRequest && !answers.includes(tag)) return Verdict.no;
  if (end - start < headLimit) return Verdict.needMore;
  const sequence = contentStart(bytes, start);
  const version = sequence < 0 || bytes[sequence] !== 0x30 ? -1 : contentStart(bytes, sequence);
  if (version < 0) return Verdict.no;
  const first = isRequest ? 0xa1 : 0xa0;
  if (!isInteger(bytes, version, first, 5) || !isInteger(bytes, version + 5, first + 1, tag & 0x1f)) return Verdict.no;
  return isRequest ? Verdict.client : Verdict.server;
}

/** Where the content behind the tag at `at` begins, or -1 if its length is none of DER. */
function contentStart(bytes: Uint8Array, at: number): number {
  const first = bytes[at + 1]!;
  if (first < 0x80) return at + 2;
  const octets = first & 0x7f;
  return octets >= 1 && octets <= 4 ? at + 2 + octets : -1;
}

/** A context tag around an INTEGER of one octet. */
function isInteger(bytes: Uint8Array, at: number, tag: number, value: number): boolean {
  return bytes[at] === tag && bytes[at + 1] === 3 && bytes[at + 2] === 2 && bytes[at + 3] === 1 && bytes[at + 4] === value;
}
