import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { ipv4Text, ipv6Text } from './address.ts';
import type { RdataSource } from './rdata.ts';
import { escapedText } from './text.ts';

const keyNames = ['mandatory', 'alpn', 'no-default-alpn', 'port', 'ipv4hint', 'ech', 'ipv6hint', 'dohpath', 'ohttp'];

const keyName = (key: number): string => keyNames[key] ?? `key${key}`;

/**
 * The parameters of SVCB and HTTPS records (RFC 9460, section 2.2): key(16) length(16) value, to the end, as `alpn="h2,h3" port=8443`.
 * Undefined if a value does not fit its key.
 */
export function serviceParameters({ cursor }: RdataSource): string | undefined {
  const parameters: string[] = [];
  while (cursor.remaining > 0) {
    const key = cursor.u16();
    const length = cursor.u16();
    const at = cursor.take(length);
    if (at < 0) return undefined;
    const value = valueText(key, Buffer.from(cursor.bytes.buffer, cursor.bytes.byteOffset + at, length));
    if (value === undefined) return undefined;
    parameters.push(value === '' ? keyName(key) : `${keyName(key)}=${value}`);
  }
  return parameters.join(' ');
}

function valueText(key: number, value: Buffer): string | undefined {
  switch (key) {
    case 0:
      return inPieces(value, 2, (at) => keyName(readU16(value, at)));
    case 1:
      return protocolIds(value);
    case 2:
    case 8:
      return value.length === 0 ? '' : undefined;
    case 3:
      return value.length === 2 ? String(readU16(value, 0)) : undefined;
    case 4:
      return inPieces(value, 4, (at) => ipv4Text(value, at));
    case 5:
      return value.toString('base64');
    case 6:
      return inPieces(value, 16, (at) => ipv6Text(value, at));
    default:
      return value.length === 0 ? '' : `"${escapedText(value, 0, value.length)}"`;
  }
}

function inPieces(value: Buffer, size: number, text: (at: number) => string): string | undefined {
  if (value.length === 0 || value.length % size !== 0) return undefined;
  return Array.from({ length: value.length / size }, (_, i) => text(i * size)).join(',');
}

/** Protocol ids, each behind its length octet (RFC 7301, section 3.1). Commas join them, so one within an id stands behind a backslash (RFC 9460, appendix A.1). */
function protocolIds(value: Buffer): string | undefined {
  const ids: string[] = [];
  for (let at = 0; at < value.length;) {
    const end = at + 1 + value[at]!;
    if (end > value.length) return undefined;
    const item = listItem(value.subarray(at + 1, end));
    ids.push(escapedText(item, 0, item.length));
    at = end;
  }
  return `"${ids.join(',')}"`;
}

const COMMA = 0x2c;
const BACKSLASH = 0x5c;

/** An item of a list, before the whole is escaped once more as text. */
function listItem(octets: Uint8Array): Uint8Array {
  if (!octets.includes(COMMA) && !octets.includes(BACKSLASH)) return octets;
  return Uint8Array.from([...octets].flatMap((octet) => (octet === COMMA || octet === BACKSLASH ? [BACKSLASH, octet] : [octet])));
}
