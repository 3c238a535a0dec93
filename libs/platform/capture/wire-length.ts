/** Bytes that the binding takes of a frame. */
const snapLength = 65_535;

/** Where IP begins, by LINKTYPE_ number: loopback (NULL), raw IP, Linux cooked v1 and v2. */
const headerLengths: Readonly<Record<number, number>> = { 0: 4, 101: 0, 113: 16, 276: 20 };
const ethernet = 1;

/**
 * The length that a frame had on the wire. The binding does not tell it, and takes no more than 65,535 bytes: the largest segments of a loopback, 65,549 with their Ethernet header, are cut
 * by a few. What is as long as that is believed to be as long as its IP header says.
 */
export function wireLength(bytes: Uint8Array, length: number, linkType: number): number {
  if (length < snapLength) return length;
  const at = linkType === ethernet ? ethernetHeader(bytes) : headerLengths[linkType];
  if (at === undefined) return length;
  const version = bytes[at]! >> 4;
  // RFC 791: all of it; RFC 8200: what follows the header of 40 bytes.
  const ip = version === 4 ? word(bytes, at + 2) : version === 6 ? 40 + word(bytes, at + 4) : 0;
  return Math.max(length, at + ip);
}

function ethernetHeader(bytes: Uint8Array): number | undefined {
  const type = word(bytes, 12);
  return type === 0x0800 || type === 0x86dd ? 14 : undefined;
}

const word = (bytes: Uint8Array, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!;
