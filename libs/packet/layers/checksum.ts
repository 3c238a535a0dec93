import type { Packet } from './packet.ts';

/** Ones' complement sum of 16-bit words (RFC 1071) over `[start, end)`, an odd last byte padded with 0, added to `sum` and folded to 16 bits. */
export function sumWords(bytes: Uint8Array, start: number, end: number, sum: number): number {
  let at = start;
  // 2^53 is out of reach: a datagram has less than 2^16 words.
  for (; at + 1 < end; at += 2) sum += (bytes[at]! << 8) | bytes[at + 1]!;
  if (at < end) sum += bytes[at]! << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return sum;
}

/** The sum of the pseudo header (RFC 9293 section 3.1, RFC 8200 section 8.1) for an upper-layer packet of `length` bytes. */
export function sumPseudoHeader(packet: Packet, protocol: number, length: number): number {
  let sum = protocol + (length >>> 16) + (length & 0xffff);
  for (let word = 0; word < 4; word++) {
    const source = packet.source[word]!;
    const destination = packet.destination[word]!;
    sum += (source >>> 16) + (source & 0xffff) + (destination >>> 16) + (destination & 0xffff);
  }
  return sum;
}
