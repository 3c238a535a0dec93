import { ipByFamily } from './loopback.ts';
import { refuse } from './next.ts';
import { Refusal } from './refusal.ts';
import type { Walk } from './walk.ts';

const payloadAttribute = 9;
/** Attributes of one message; the kernel knows about twenty. */
const attributeLimit = 64;

/**
 * LINKTYPE_NFLOG: family 1, version 1 (0), resource 2; then attributes of length 2 (with these four bytes), type 2 and value, padded to four, in the byte
 * order of the machine that captured. The packet is the value of attribute 9.
 */
export function decodeNflog(walk: Walk): number {
  const { bytes, offset } = walk;
  if (walk.captured < 4) return refuse(Refusal.truncated_link_header);
  if (bytes[offset + 1] !== 0) return refuse(Refusal.bad_link_header);
  const littleEndian = isLittleEndian(walk);
  walk.offset = offset + 4;
  for (let count = 0; count < attributeLimit && walk.captured >= 4; count++) {
    const at = walk.offset;
    const length = half(bytes, at, littleEndian);
    if (length < 4 || length > walk.onWire) return refuse(Refusal.bad_link_header);
    if ((half(bytes, at + 2, littleEndian) & 0x7fff) === payloadAttribute) {
      walk.narrow(length);
      walk.offset = at + 4;
      return ipByFamily(bytes[offset]!);
    }
    walk.advance((length + 3) & ~3);
  }
  return refuse(walk.captured < 4 && walk.end < walk.wireEnd ? Refusal.truncated_link_header : Refusal.bad_link_header);
}

/** The first attribute's length is small, and so is its type: read the wrong way round it would not be. */
function isLittleEndian(walk: Walk): boolean {
  const { bytes, offset } = walk;
  if (walk.captured < 8) return true;
  return half(bytes, offset + 6, true) <= half(bytes, offset + 6, false);
}

function half(bytes: Uint8Array, at: number, littleEndian: boolean): number {
  return littleEndian ? bytes[at]! | (bytes[at + 1]! << 8) : (bytes[at]! << 8) | bytes[at + 1]!;
}
