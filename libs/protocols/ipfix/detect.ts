import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Verdict } from '../sdk/module.ts';

const version = 10;
const headerLength = 16;
const setHeader = 4;
/** Sets of data are named by the template that tells their layout. */
const firstTemplate = 256;

export const mayBegin = (octet: number): boolean => octet === 0;

/** Version, 2; length, 2, which is the datagram's; time, sequence number and domain, each 4; then sets (RFC 7011, section 3.1). An exporter sends, nobody answers. */
export function detectDatagram(bytes: Uint8Array, start: number, end: number): Verdict {
  const length = end - start;
  if (length < headerLength || readU16(bytes, start) !== version || readU16(bytes, start + 2) !== length) return Verdict.no;
  // Templates of records and of options.
  return areSets(bytes, start + headerLength, end, 2, 3) ? Verdict.client : Verdict.no;
}

/** Whether one set at least, each with id, 2, and length, 2 (its header included), fills `[at, end)`; `templates` and `options` are the ids of the sets with templates. */
export function areSets(bytes: Uint8Array, at: number, end: number, templates: number, options: number): boolean {
  if (at === end) return false;
  while (at + setHeader <= end) {
    const id = readU16(bytes, at);
    const length = readU16(bytes, at + 2);
    if ((id !== templates && id !== options && id < firstTemplate) || length < setHeader) return false;
    at += length;
  }
  return at === end;
}
