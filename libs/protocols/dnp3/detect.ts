import { Verdict } from '../sdk/module.ts';

const checkedLength = 8;
const headerLength = 10;
/** Bytes that the length counts at least: control, destination, source. */
const leastLength = 5;
const fromMaster = 0x80;
/** x^16 + x^13 + x^12 + x^11 + x^10 + x^8 + x^6 + x^5 + x^2 + 1, lowest bit first. */
const polynomial = 0xa6bc;

export const mayBegin = (octet: number): boolean => octet === 0x05;

/** The header of a link frame: 05 64; length, 1; control, 1; destination, 2; source, 2; and the checksum of these, 2, low octet first (IEEE 1815, clause 9.2.4). */
export function detectStream(bytes: Uint8Array, start: number, end: number): Verdict {
  if (bytes[start] !== 0x05 || (end - start > 1 && bytes[start + 1] !== 0x64)) return Verdict.no;
  if (end - start < headerLength) return Verdict.needMore;
  const sum = bytes[start + checkedLength]! | (bytes[start + checkedLength + 1]! << 8);
  if (bytes[start + 2]! < leastLength || checksum(bytes, start, start + checkedLength) !== sum) return Verdict.no;
  return (bytes[start + 3]! & fromMaster) !== 0 ? Verdict.client : Verdict.server;
}

export function detectDatagram(bytes: Uint8Array, start: number, end: number): Verdict {
  return end - start < headerLength ? Verdict.no : detectStream(bytes, start, end);
}

function checksum(bytes: Uint8Array, start: number, end: number): number {
  let sum = 0;
  for (let at = start; at < end; at++) {
    sum ^= bytes[at]!;
    for (let bit = 0; bit < 8; bit++) sum = (sum & 1) === 0 ? sum >>> 1 : (sum >>> 1) ^ polynomial;
  }
  return ~sum & 0xffff;
}
