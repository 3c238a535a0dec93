import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { areSets } from '../ipfix/detect.ts';
import { Verdict } from '../sdk/module.ts';

const fixedHeader = 24;
const recordLength5 = 48;
const recordLength7 = 52;
/** Most records of a datagram in versions 5 and 7. */
const recordLimit = 30;
const header9 = 20;

export const mayBegin = (octet: number): boolean => octet === 0;

/** Version and number of records; in versions 5 and 7 that many of one length fill the datagram, in version 9 sets do (RFC 3954, section 5). An exporter sends, nobody answers. */
export function detectDatagram(bytes: Uint8Array, start: number, end: number): Verdict {
  if (bytes[start] !== 0 || end - start < header9) return Verdict.no;
  const count = readU16(bytes, start + 2);
  if (count === 0) return Verdict.no;
  switch (bytes[start + 1]) {
    case 5:
      return count <= recordLimit && fixedHeader + count * recordLength5 === end - start ? Verdict.client : Verdict.no;
    case 7:
      return count <= recordLimit && fixedHeader + count * recordLength7 === end - start ? Verdict.client : Verdict.no;
    case 9:
      // Templates of records and of options.
      return areSets(bytes, start + header9, end, 0, 1) ? Verdict.client : Verdict.no;
    default:
      return Verdict.no;
  }
}
