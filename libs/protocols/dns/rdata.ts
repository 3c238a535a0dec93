import { cut, joined } from '@orbweaver/kernel/bytes/text.ts';
import type { Cursor } from '@orbweaver/kernel/bytes/cursor.ts';
import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { ipv4Text, ipv6Text } from './address.ts';
import { typeName } from './codes.ts';
import { locationText } from './location.ts';
import { readName } from './name.ts';
import { serviceParameters } from './service-parameters.ts';
import { escapedText } from './text.ts';

/** Characters of text that one record's data may have; a longer one (a key, a blob) ends in `...`. */
const textLimit = 4096;

/** What a part of a record's data is read from: the cursor ends where the data ends. */
export interface RdataSource {
  readonly cursor: Cursor;
  /** Where the message began: what compression pointers count from. */
  readonly messageStart: number;
  readonly utf8: boolean;
}

/** Reads one part and gives its text in zone file form; undefined if it is malformed. A short one overruns the cursor. */
type Part = (source: RdataSource) => string | undefined;

const u8: Part = ({ cursor }) => String(cursor.u8());
const u16: Part = ({ cursor }) => String(cursor.u16());
const u32: Part = ({ cursor }) => String(cursor.u32());
const type: Part = ({ cursor }) => typeName(cursor.u16());
const name: Part = ({ cursor, messageStart, utf8 }) => readName(cursor, messageStart, utf8);

const ipv4: Part = ({ cursor }) => {
  const at = cursor.take(4);
  return at < 0 ? undefined : ipv4Text(cursor.bytes, at);
};

const ipv6: Part = ({ cursor }) => {
  const at = cursor.take(16);
  return at < 0 ? undefined : ipv6Text(cursor.bytes, at);
};

/** Times whose text is remembered: a zone is signed at once, so that most signatures have the times of another. */
const timeLimit = 256;
const timeTexts = new Map<number, string>();

/** Seconds since 1970 as `YYYYMMDDHHmmSS` (RFC 4034, section 3.2). */
const time: Part = ({ cursor }) => {
  const seconds = cursor.u32();
  let text = timeTexts.get(seconds);
  if (text === undefined) {
    const iso = new Date(seconds * 1000).toISOString();
    text = joined(iso.slice(0, 4), iso.slice(5, 7), iso.slice(8, 10), iso.slice(11, 13), iso.slice(14, 16), iso.slice(17, 19));
    if (timeTexts.size >= timeLimit) timeTexts.clear();
    timeTexts.set(seconds, text);
  }
  return text;
};

/** A character-string in quotes. */
const quoted: Part = ({ cursor }) => {
  const length = cursor.u8();
  const at = cursor.take(length);
  return at < 0 ? undefined : `"${escapedText(cursor.bytes, at, at + length)}"`;
};

/** Character-strings to the end: one stands as it is, several in quotes. */
const strings: Part = (source) => {
  const all: string[] = [];
  while (source.cursor.remaining > 0) {
    const one = quoted(source);
    if (one === undefined) return undefined;
    all.push(one);
  }
  return all.length === 1 ? cut(all[0]!, 1, all[0]!.length - 1) : all.join(' ');
};

const rest = (encode: (bytes: Buffer) => string): Part => {
  return ({ cursor }) => {
    const at = cursor.take(cursor.remaining);
    return encode(Buffer.from(cursor.bytes.buffer, cursor.bytes.byteOffset + at, cursor.end - at));
  };
};

const hex = rest((bytes) => bytes.toString('hex'));
const base64 = rest((bytes) => bytes.toString('base64'));
const restQuoted = rest((bytes) => `"${escapedText(bytes, 0, bytes.length)}"`);

/** A length octet, then as many octets: in hex, `-` for none (the salt of RFC 5155). */
const salt: Part = ({ cursor }) => counted(cursor, (bytes) => (bytes.length === 0 ? '-' : bytes.toString('hex')));
const nextHash: Part = ({ cursor }) => counted(cursor, base32Hex);

function counted(cursor: Cursor, encode: (bytes: Buffer) => string): string | undefined {
  const length = cursor.u8();
  const at = cursor.take(length);
  return at < 0 ? undefined : encode(Buffer.from(cursor.bytes.buffer, cursor.bytes.byteOffset + at, length));
}

/** Windows of bits, one a type (RFC 4034, section 4.1.2). */
const typeBitmap: Part = ({ cursor }) => {
  const names: string[] = [];
  while (cursor.remaining > 0) {
    const window = cursor.u8();
    const length = cursor.u8();
    const at = cursor.take(length);
    if (at < 0 || length === 0 || length > 32) return undefined;
    for (let bit = 0; bit < length * 8; bit++) {
      if (cursor.bytes[at + (bit >> 3)]! & (0x80 >> (bit & 7))) names.push(typeName(window * 256 + bit));
    }
  }
  return names.join(' ');
};

/** Address, IP protocol, then a bit for each port (RFC 1035, section 3.4.2). */
const wellKnownServices: Part = (source) => {
  const { cursor } = source;
  const address = ipv4(source);
  const protocol = cursor.u8();
  const ports: number[] = [];
  const at = cursor.take(cursor.remaining);
  for (let bit = 0; at >= 0 && bit < (cursor.end - at) * 8; bit++) {
    if (cursor.bytes[at + (bit >> 3)]! & (0x80 >> (bit & 7))) ports.push(bit);
  }
  return address === undefined ? undefined : [address, protocol === 6 ? 'tcp' : protocol === 17 ? 'udp' : protocol, ...ports].join(' ');
};

/** Prefixes, each with family, length and sign (RFC 3123). */
const addressPrefixes: Part = ({ cursor }) => {
  const prefixes: string[] = [];
  const address = new Uint8Array(16);
  while (cursor.remaining > 0) {
    const family = cursor.u16();
    const prefix = cursor.u8();
    const signAndLength = cursor.u8();
    const length = signAndLength & 0x7f;
    const at = cursor.take(length);
    if (at < 0 || length > 16 || (family !== 1 && family !== 2)) return undefined;
    address.fill(0).set(cursor.bytes.subarray(at, at + length));
    prefixes.push(`${signAndLength & 0x80 ? '!' : ''}${family}:${family === 1 ? ipv4Text(address, 0) : ipv6Text(address, 0)}/${prefix}`);
  }
  return prefixes.join(' ');
};

/** A gateway as IPSECKEY (RFC 4025) and AMTRELAY (RFC 8777) write it: none, IPv4, IPv6 or a name. */
function gateway(source: RdataSource, kind: number): string | undefined {
  return kind === 0 ? '.' : kind === 1 ? ipv4(source) : kind === 2 ? ipv6(source) : kind === 3 ? name(source) : undefined;
}

const ipsecKey: Part = (source) => {
  const { cursor } = source;
  const [precedence, kind, algorithm] = [cursor.u8(), cursor.u8(), cursor.u8()];
  const text = gateway(source, kind);
  return text === undefined ? undefined : [precedence, kind, algorithm, text, base64(source)].join(' ').trimEnd();
};

const multicastRelay: Part = (source) => {
  const [precedence, kind] = [source.cursor.u8(), source.cursor.u8()];
  const text = gateway(source, kind & 0x7f);
  return text === undefined ? undefined : [precedence, kind >> 7, kind & 0x7f, text].join(' ');
};

/** Host identity: lengths first, then tag, key and rendezvous servers (RFC 8005). */
const hostIdentity: Part = (source) => {
  const { cursor } = source;
  const tagLength = cursor.u8();
  const algorithm = cursor.u8();
  const keyLength = cursor.u16();
  const at = cursor.take(tagLength + keyLength);
  if (at < 0) return undefined;
  const bytes = Buffer.from(cursor.bytes.subarray(at, at + tagLength + keyLength));
  const parts = [algorithm, bytes.toString('hex', 0, tagLength), bytes.toString('base64', tagLength)];
  while (cursor.remaining > 0) {
    const server = name(source);
    if (server === undefined) return undefined;
    parts.push(server);
  }
  return parts.join(' ');
};

/** Groups of hex digits: EUI-48 and EUI-64 (RFC 7043), node ids and locators (RFC 6742). */
const octets: Part = rest((bytes) => Array.from(bytes, (octet) => octet.toString(16).padStart(2, '0')).join('-'));
const groups: Part = ({ cursor }) => {
  const at = cursor.take(8);
  return at < 0
    ? undefined
    : [0, 2, 4, 6]
        .map((ahead) =>
          readU16(cursor.bytes, at + ahead)
            .toString(16)
            .padStart(4, '0'),
        )
        .join(':');
};

const tagged: Part = ({ cursor }) => counted(cursor, (bytes) => escapedText(bytes, 0, bytes.length));

const delegationSigner = [u16, u8, u8, hex];
const publicKey = [u16, u8, u8, base64];
const signature = [type, u8, u8, u32, time, time, u16, name, base64];
const serviceBinding = [u16, name, serviceParameters];
const preferredName = [u16, name];

/** The data of each type, part by part, in the order of the wire and of the zone file. */
const layouts = new Map<number, readonly Part[]>([
  [1, [ipv4]],
  [2, [name]],
  [3, [name]],
  [4, [name]],
  [5, [name]],
  [6, [name, name, u32, u32, u32, u32, u32]],
  [7, [name]],
  [8, [name]],
  [9, [name]],
  [11, [wellKnownServices]],
  [12, [name]],
  [13, [quoted, quoted]],
  [14, [name, name]],
  [15, preferredName],
  [16, [strings]],
  [17, [name, name]],
  [18, preferredName],
  [19, [quoted]],
  [20, [strings]],
  [21, preferredName],
  [22, [hex]],
  [23, [name]],
  [24, signature],
  [25, publicKey],
  [26, [u16, name, name]],
  [27, [quoted, quoted, quoted]],
  [28, [ipv6]],
  [29, [({ cursor }): string | undefined => locationText(cursor)]],
  [33, [u16, u16, u16, name]],
  [35, [u16, u16, quoted, quoted, quoted, name]],
  [36, preferredName],
  [37, [u16, u16, u8, base64]],
  [39, [name]],
  [42, [addressPrefixes]],
  [43, delegationSigner],
  [44, [u8, u8, hex]],
  [45, [ipsecKey]],
  [46, signature],
  [47, [name, typeBitmap]],
  [48, publicKey],
  [49, [base64]],
  [50, [u8, u8, u16, salt, nextHash, typeBitmap]],
  [51, [u8, u8, u16, salt]],
  [52, [u8, u8, u8, hex]],
  [53, [u8, u8, u8, hex]],
  [55, [hostIdentity]],
  [56, [strings]],
  [57, publicKey],
  [58, [name, name]],
  [59, delegationSigner],
  [60, publicKey],
  [61, [base64]],
  [62, [u32, u16, typeBitmap]],
  [63, [u32, u8, u8, hex]],
  [64, serviceBinding],
  [65, serviceBinding],
  [66, [type, u8, u16, name]],
  [99, [strings]],
  [104, [u16, groups]],
  [105, [u16, ipv4]],
  [106, [u16, groups]],
  [107, preferredName],
  [108, [octets]],
  [109, [octets]],
  [256, [u16, u16, restQuoted]],
  [257, [u8, tagged, restQuoted]],
  [258, [strings]],
  [260, [multicastRelay]],
  [261, [strings]],
  [262, [strings]],
  [32768, delegationSigner],
  [32769, delegationSigner],
]);

/**
 * The data of a record of `type` as text in zone file form; the cursor ends where the data ends. A type that has no form, or data that
 * do not fit it, as RFC 3597, section 5 writes them: `\# 3 c0ffee`. Of TXT and its like a single string stands without quotes. No data
 * (as in updates that delete) is no text.
 */
export function rdataText(recordType: number, source: RdataSource): string {
  const { cursor } = source;
  const start = cursor.offset;
  if (cursor.remaining === 0) return '';
  const layout = layouts.get(recordType);
  const text = layout === undefined ? undefined : partsText(layout, source);
  return bounded(text ?? unknownText(cursor, start));
}

function partsText(layout: readonly Part[], source: RdataSource): string | undefined {
  const { cursor } = source;
  const texts: string[] = [];
  for (const part of layout) {
    const one = part(source);
    if (one === undefined || cursor.overrun) return undefined;
    if (one !== '') texts.push(one);
  }
  if (cursor.remaining > 0) return undefined;
  return texts.length === 1 ? texts[0] : texts.join(' ');
}

function unknownText(cursor: Cursor, start: number): string {
  cursor.reset(cursor.bytes, start, cursor.end);
  return `\\# ${cursor.remaining} ${hex({ cursor, messageStart: 0, utf8: false })}`;
}

const bounded = (text: string): string => (text.length <= textLimit ? text : `${text.slice(0, textLimit)}...`);

const base32Digits = '0123456789abcdefghijklmnopqrstuv';

/** Base 32 with extended hex alphabet, without padding (RFC 5155, section 3.3). */
function base32Hex(bytes: Uint8Array): string {
  let text = '';
  for (let bit = 0; bit < bytes.length * 8; bit += 5) {
    const pair = (bytes[bit >> 3]! << 8) | (bytes[(bit >> 3) + 1] ?? 0);
    text += base32Digits[(pair >> (11 - (bit & 7))) & 31]!;
  }
  return text;
}
