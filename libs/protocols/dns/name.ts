import { ByteMemo } from '@orbweaver/kernel/bytes/byte-memo.ts';
import type { Cursor } from '@orbweaver/kernel/bytes/cursor.ts';

/** Octets of a name on the wire, length octets included (RFC 1035, section 2.3.4). */
const nameLimit = 255;

/** A name in text: a label octet takes four characters at most (`\255`). */
const scratch = Buffer.alloc(nameLimit * 4);

/** Names that are remembered: an answer repeats its question's over and over. */
const nameSlots = 4096;
const names = new ByteMemo<string>(nameSlots);

const DOT = 0x2e;
const BACKSLASH = 0x5c;

/**
 * Reads a name at the cursor, following compression pointers (RFC 1035, section 4.1.4), and leaves the cursor behind it. Text is in
 * lower case and without the final dot, the root is `.`; dots and backslashes within a label are escaped, and whatever is not
 * printable ASCII becomes `\DDD` (RFC 4343, section 2.1). With `utf8` (multicast DNS, RFC 6762, section 16) spaces and UTF-8 stay.
 *
 * A pointer must lead before the place where the name, or its part so far, began: it cannot loop. Undefined if the name is malformed;
 * the cursor overruns if it was merely cut off.
 */
export function readName(cursor: Cursor, messageStart: number, utf8: boolean): string | undefined {
  const { bytes } = cursor;
  let at = cursor.offset;
  let end = cursor.end;
  let earliest = at;
  let after = -1;
  let octets = 0;
  let written = 0;
  let plain = true;
  for (;;) {
    if (at >= end) return cutOff(cursor, after);
    const length = bytes[at]!;
    if (length === 0) break;
    if (length >= 0xc0) {
      if (at + 2 > end) return cutOff(cursor, after);
      const target = messageStart + (((length & 0x3f) << 8) | bytes[at + 1]!);
      if (target >= earliest) return undefined;
      if (after < 0) after = at + 2;
      end = earliest;
      earliest = at = target;
      continue;
    }
    if (length > 63) return undefined;
    octets += length + 1;
    if (octets >= nameLimit) return undefined;
    const labelEnd = at + 1 + length;
    if (labelEnd > end) return cutOff(cursor, after);
    if (written > 0) scratch[written++] = DOT;
    for (at++; at < labelEnd; at++) {
      const octet = bytes[at]!;
      if (octet > 0x20 && octet < 0x7f && octet !== DOT && octet !== BACKSLASH) {
        scratch[written++] = octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : octet;
      } else if (utf8 && (octet === 0x20 || octet >= 0x80)) {
        scratch[written++] = octet;
        plain &&= octet < 0x80;
      } else written = writeEscaped(octet, written);
    }
  }
  cursor.offset = after < 0 ? at + 1 : after;
  if (written === 0) return '.';
  return plain
    ? (names.find(scratch, 0, written) ?? names.keep(scratch.toString('latin1', 0, written)))
    : scratch.toString('utf8', 0, written).toLowerCase();
}

/** Passes over a name; false if it is malformed or cut off. What a pointer leads to is not looked at. */
export function skipName(cursor: Cursor): boolean {
  for (let octets = 0; octets < nameLimit;) {
    const length = cursor.u8();
    if (cursor.overrun) return false;
    if (length === 0) return true;
    if (length >= 0xc0) return cursor.take(1) >= 0;
    if (length > 63 || cursor.take(length) < 0) return false;
    octets += length + 1;
  }
  return false;
}

/** Only the end of the message can cut a name off; the end of what a pointer leads to is a fault. */
function cutOff(cursor: Cursor, after: number): undefined {
  if (after < 0) cursor.overrun = true;
  return undefined;
}

function writeEscaped(octet: number, at: number): number {
  scratch[at++] = BACKSLASH;
  if (octet === DOT || octet === BACKSLASH) {
    scratch[at++] = octet;
    return at;
  }
  scratch[at++] = 0x30 + Math.floor(octet / 100);
  scratch[at++] = 0x30 + (Math.floor(octet / 10) % 10);
  scratch[at++] = 0x30 + (octet % 10);
  return at;
}
