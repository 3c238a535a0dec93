import type { Cursor } from '@orbweaver/kernel/bytes/cursor.ts';
import { joined } from '@orbweaver/kernel/bytes/text.ts';
import { ipv4Text } from './address.ts';
import { responseCodeName, typeName } from './codes.ts';
import { escapedText } from './text.ts';

/** The port of the name service, for both sides (RFC 1002, section 4.2). */
export const netbiosPort = 137;

/** A name of 16 octets stands in 32 letters from A to P, a nibble each (RFC 1001, section 14.1). */
const encodedLength = 32;

/** True for the 32 octets at `at` of such a name, in either case. */
export function isEncodedName(bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < encodedLength; i++) {
    const letter = bytes[at + i]! & 0xdf;
    if (letter < 0x41 || letter > 0x50) return false;
  }
  return true;
}

const encoded = Buffer.alloc(encodedLength);
const octets = new Uint8Array(encodedLength / 2);

/** `workgroup<1d>` (the last octet says which service), with the scope behind it; another name stays as it is. */
export function netbiosName(name: string): string {
  const scope = name.slice(encodedLength);
  if (name.length < encodedLength || (scope !== '' && !scope.startsWith('.'))) return name;
  encoded.write(name, 0, encodedLength, 'latin1');
  if (!isEncodedName(encoded, 0)) return name;
  for (let i = 0; i < octets.length; i++) octets[i] = (nibble(encoded[2 * i]!) << 4) | nibble(encoded[2 * i + 1]!);
  return scope === '' ? nodeName(octets, 0) : joined(nodeName(octets, 0), scope);
}

/** Fifteen octets of text, padded with spaces or zeros, and one that says which service. */
function nodeName(bytes: Uint8Array, at: number): string {
  let end = at + 15;
  while (end > at && (bytes[end - 1] === 0x20 || bytes[end - 1] === 0)) end--;
  return joined(escapedText(bytes, at, end).toLowerCase(), '<', bytes[at + 15]!.toString(16).padStart(2, '0'), '>');
}

const nibble = (letter: number): number => (letter & 0xdf) - 0x41;

/** Types 32 and 33 mean something else than in DNS. */
export function netbiosTypeName(type: number): string {
  return type === 32 ? 'NB' : type === 33 ? 'NBSTAT' : typeName(type);
}

/** A name that is active elsewhere, a name in conflict (RFC 1002, section 4.2.6): the codes above 5 mean something else than in DNS. */
export function netbiosResponseName(code: number): string {
  return code === 6 ? 'ACT_ERR' : code === 7 ? 'CFT_ERR' : responseCodeName(code);
}

/**
 * NB: flags(16) address(32), one or more (RFC 1002, section 4.2.1.3). NBSTAT: count(8), then name(16 octets) flags(16) each, then
 * statistics (section 4.2.18). Undefined for another type, or data that do not fit.
 */
export function netbiosRdata(cursor: Cursor, type: number): string | undefined {
  const texts: string[] = [];
  if (type === 32) {
    if (cursor.remaining === 0 || cursor.remaining % 6 !== 0) return undefined;
    while (cursor.take(2) >= 0) texts.push(ipv4Text(cursor.bytes, cursor.take(4)));
    return texts.join(' ');
  }
  if (type !== 33) return undefined;
  for (let count = cursor.u8(); count > 0; count--) {
    const at = cursor.take(18);
    if (at < 0) break;
    texts.push(nodeName(cursor.bytes, at));
  }
  return texts.join(' ');
}

const operations = new Map([
  [0, 'QUERY'],
  [5, 'REGISTRATION'],
  [6, 'RELEASE'],
  [7, 'WACK'],
  [8, 'REFRESH'],
  [9, 'REFRESH'],
  [15, 'MULTIHOMED-REGISTRATION'],
]);

export const isNetbiosOperation = (code: number): boolean => operations.has(code);
export const netbiosOperationName = (code: number): string => operations.get(code) ?? `OPCODE${code}`;
