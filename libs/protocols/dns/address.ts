import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { flat } from '@orbweaver/kernel/bytes/text.ts';

/** Four octets as text. The caller has checked the length. */
export function ipv4Text(bytes: Uint8Array, at: number): string {
  return [bytes[at]!, bytes[at + 1]!, bytes[at + 2]!, bytes[at + 3]!].join('.');
}

/** Sixteen octets as RFC 5952 writes them. The caller has checked the length. */
export function ipv6Text(bytes: Uint8Array, at: number): string {
  const mapped = readU16(bytes, at + 10) === 0xffff && bytes.subarray(at, at + 10).every((octet) => octet === 0);
  if (mapped) return `::ffff:${ipv4Text(bytes, at + 12)}`;
  let runStart = -1;
  let runLength = 1;
  for (let group = 0; group < 8; group++) {
    let length = 0;
    while (group + length < 8 && readU16(bytes, at + 2 * (group + length)) === 0) length++;
    if (length > runLength) {
      runStart = group;
      runLength = length;
    }
    group += length;
  }
  let text = '';
  for (let group = 0; group < 8; group++) {
    if (group === runStart) {
      text += '::';
      group += runLength - 1;
      continue;
    }
    if (text !== '' && !text.endsWith(':')) text += ':';
    text += readU16(bytes, at + 2 * group).toString(16);
  }
  return flat(text);
}
