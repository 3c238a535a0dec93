import { hash } from 'node:crypto';
import type { ClientHello } from './handshake/client-hello.ts';
import { Extension } from './handshake/extension-types.ts';
import type { Span } from './handshake/span.ts';
import { isGrease } from './names/code-names.ts';
import { Version } from './names/versions.ts';
import { hexByte, hexWord } from './names/wire-text.ts';

/** What carried the hello: the first letter of the fingerprint. */
export type Ja4Carrier = 't' | 'q' | 'd';

/** A fingerprint in its readable form, before its two lists are hashed. */
export interface Ja4Parts {
  /** `t13d1516h2`. */
  readonly summary: string;
  /** Sorted suites: `002f,0035,...`. */
  readonly ciphers: string;
  /** Sorted extensions without server_name and ALPN, then the signature algorithms in their order: `0005,000a_0403,0804`. */
  readonly extensions: string;
}

const emptyHash = '000000000000';
const sorted = new Uint16Array(32768);

/** JA4 of a hello (github.com/FoxIO-LLC/ja4, technical_details/JA4.md): `t13d1516h2_8daaf6152771_e5627efa2ab1`. */
export function ja4(hello: ClientHello, carrier: Ja4Carrier): string {
  const parts = ja4Parts(hello, carrier);
  return [parts.summary, shortHash(parts.ciphers), shortHash(parts.extensions)].join('_');
}

export function ja4Parts(hello: ClientHello, carrier: Ja4Carrier): Ja4Parts {
  const cipherCount = collect(hello.bytes, hello.cipherSuites);
  const ciphers = joinSorted(cipherCount);
  let extensionCount = 0;
  let hashed = 0;
  for (let i = 0; i < hello.extensionCount; i++) {
    const type = hello.extensionTypes[i]!;
    if (isGrease(type)) continue;
    extensionCount++;
    if (type !== Extension.serverName && type !== Extension.alpn) sorted[hashed++] = type;
  }
  let extensions = joinSorted(hashed);
  const algorithms = joinInOrder(hello.bytes, hello.signatureAlgorithms);
  if (extensions !== '' && algorithms !== '') extensions += `_${algorithms}`;
  const name = hello.hasServerName ? 'd' : 'i';
  const summary = `${carrier}${versionCode(hello)}${name}${twoDigits(cipherCount)}${twoDigits(extensionCount)}${alpnCode(hello)}`;
  return { summary, ciphers, extensions };
}

function shortHash(text: string): string {
  return text === '' ? emptyHash : hash('sha256', text, 'hex').slice(0, 12);
}

/** Puts the codes that are not GREASE at the start of `sorted` and says how many. A span holds 65,534 bytes at most, so they fit. */
function collect(bytes: Uint8Array, codes: Span): number {
  let count = 0;
  for (let at = codes.start; at + 2 <= codes.end; at += 2) {
    const code = (bytes[at]! << 8) | bytes[at + 1]!;
    if (!isGrease(code)) sorted[count++] = code;
  }
  return count;
}

function joinSorted(count: number): string {
  sorted.subarray(0, count).sort();
  let text = '';
  for (let i = 0; i < count; i++) text += i === 0 ? hexWord(sorted[i]!) : `,${hexWord(sorted[i]!)}`;
  return text;
}

function joinInOrder(bytes: Uint8Array, codes: Span): string {
  let text = '';
  for (let at = codes.start; at + 2 <= codes.end; at += 2) {
    const code = (bytes[at]! << 8) | bytes[at + 1]!;
    if (!isGrease(code)) text += text === '' ? hexWord(code) : `,${hexWord(code)}`;
  }
  return text;
}

function twoDigits(count: number): string {
  return count > 99 ? '99' : count < 10 ? `0${count}` : String(count);
}

/** The highest of supported_versions, else the version field. DTLS counts down: the lowest number is the highest version. */
function versionCode(hello: ClientHello): string {
  const { bytes, versions } = hello;
  let best = versions.present ? -1 : hello.legacyVersion;
  for (let at = versions.start; at + 2 <= versions.end; at += 2) {
    const code = (bytes[at]! << 8) | bytes[at + 1]!;
    if (isGrease(code)) continue;
    const higher = code >= 0xfe00 && best >= 0xfe00 ? code < best : code > best;
    if (higher) best = code;
  }
  switch (best) {
    case Version.tls13:
      return '13';
    case Version.tls12:
      return '12';
    case Version.tls11:
      return '11';
    case Version.tls10:
      return '10';
    case Version.ssl3:
      return 's3';
    case Version.ssl2:
      return 's2';
    case Version.dtls10:
      return 'd1';
    case Version.dtls12:
      return 'd2';
    case Version.dtls13:
      return 'd3';
    default:
      return '00';
  }
}

/** First and last character of the first protocol; of its hexadecimal digits where either is no letter or digit. */
function alpnCode(hello: ClientHello): string {
  const { bytes, alpn } = hello;
  if (!alpn.present || alpn.length < 2) return '00';
  const length = bytes[alpn.start]!;
  if (length === 0 || length > alpn.length - 1) return '00';
  const first = bytes[alpn.start + 1]!;
  const last = bytes[alpn.start + length]!;
  if (isAlphanumeric(first) && isAlphanumeric(last)) return String.fromCharCode(first, last);
  return hexByte(first)[0]! + hexByte(last)[1]!;
}

function isAlphanumeric(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}
