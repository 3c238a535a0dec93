import { hash } from 'node:crypto';
import { ByteMemo } from '@orbweaver/kernel/bytes/byte-memo.ts';
import { Cursor, readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { cut, latin1 } from '@orbweaver/kernel/bytes/text.ts';

/** What a side proposes: SSH_MSG_KEXINIT (RFC 4253, section 7.1), its name-lists as they were sent. */
export interface Proposal {
  readonly keyExchange: string;
  readonly hostKey: string;
  readonly cipher: Directions;
  readonly mac: Directions;
  readonly compression: Directions;
  /** By what it sends: a client's to the server, a server's to the client. */
  readonly hassh: Directions;
}

/** Client to server, and back. */
export interface Directions {
  readonly toServer: string;
  readonly toClient: string;
}

const cookieLength = 16;
const cursor = new Cursor();
/** Programs of one kind propose the same. */
const proposalSlots = 256;
const memo = new ByteMemo<Proposal>(proposalSlots);

/**
 * `byte SSH_MSG_KEXINIT, byte[16] cookie, name-list` of key exchange, host key, encryption to the server and back, MAC likewise, compression
 * likewise, languages likewise. Undefined if it ends before the compression.
 */
export function readProposal(bytes: Uint8Array, start: number, end: number): Proposal | undefined {
  const lists = Math.min(start + 1 + cookieLength, end);
  const known = memo.find(bytes, lists, end);
  if (known !== undefined) return known;
  const proposal = readLists(bytes, lists, end);
  return proposal === undefined ? undefined : memo.keep(proposal);
}

function readLists(bytes: Uint8Array, start: number, end: number): Proposal | undefined {
  cursor.reset(bytes, start, end);
  const keyExchange = nameList();
  const hostKey = nameList();
  const cipher = { toServer: nameList(), toClient: nameList() };
  const mac = { toServer: nameList(), toClient: nameList() };
  const compression = { toServer: nameList(), toClient: nameList() };
  if (cursor.overrun) return undefined;
  const sent = (direction: keyof Directions) => hassh(keyExchange, cipher[direction], mac[direction], compression[direction]);
  return { keyExchange, hostKey, cipher, mac, compression, hassh: { toServer: sent('toServer'), toClient: sent('toClient') } };
}

function nameList(): string {
  const length = cursor.u32();
  const at = cursor.take(length);
  return at < 0 ? '' : latin1(cursor.bytes, at, at + length);
}

/** HASSH of a client or, of what it sends, a server (github.com/salesforce/hassh): MD5 of the lists of key exchange, cipher, MAC and compression. */
function hassh(...lists: readonly string[]): string {
  return hash('md5', lists.join(';'), 'hex');
}

/** The first of the client's names that the server has too (RFC 4253, section 7.1). */
export function chosen(client: string, server: string): string | undefined {
  for (let start = 0; start <= client.length;) {
    const comma = client.indexOf(',', start);
    const end = comma < 0 ? client.length : comma;
    const name = cut(client, start, end);
    if (name !== '' && isMember(server, name)) return name;
    start = end + 1;
  }
  return undefined;
}

/** Whether a name-list has this name. */
function isMember(list: string, name: string): boolean {
  for (let at = list.indexOf(name); at >= 0; at = list.indexOf(name, at + 1)) {
    const end = at + name.length;
    if ((at === 0 || list[at - 1] === ',') && (end === list.length || list[end] === ',')) return true;
  }
  return false;
}

/** A server's public key as it was sent. */
export interface HostKey {
  readonly algorithm: string;
  readonly md5: string;
  readonly sha256: string;
}

/** Longest name of an algorithm (RFC 4251, section 6). */
const nameLimit = 64;

/**
 * The key at the front of a server's answer: KEXDH_REPLY and KEX_ECDH_REPLY (31; RFC 4253 and 5656), KEX_DH_GEX_REPLY (33; RFC 4419), KEXRSA_PUBKEY (30;
 * RFC 4432), KEXGSS_HOSTKEY (33; RFC 4462): `byte type, string K_S, ...`. What else these numbers stand for begins with no key, and gives undefined.
 */
export function readHostKey(bytes: Uint8Array, start: number, end: number): HostKey | undefined {
  const at = start + 5;
  if (end < at + 4) return undefined;
  const length = readU32(bytes, start + 1);
  const nameLength = readU32(bytes, at);
  if (length > end - at || nameLength === 0 || nameLength > nameLimit || 4 + nameLength > length) return undefined;
  for (let i = 0; i < nameLength; i++) if (bytes[at + 4 + i]! <= 0x20 || bytes[at + 4 + i]! >= 0x7f) return undefined;
  const key = Buffer.from(bytes.buffer, bytes.byteOffset + at, length);
  return { algorithm: latin1(bytes, at + 4, at + 4 + nameLength), md5: hash('md5', key, 'hex'), sha256: hash('sha256', key, 'hex') };
}

/** What a server of SSH 1 says of itself in SSH_SMSG_PUBLIC_KEY. */
const oldKeyPrefix = 1 + 8;

/**
 * `byte type, byte[8] cookie`, the server key and the host key, each `uint32 bits, mpint e, mpint n` with an mpint as `uint16 bits` and its octets. The
 * hashes are of modulus and exponent, as `ssh-keygen -l` took them.
 */
export function readOldHostKey(bytes: Uint8Array, start: number, end: number): HostKey | undefined {
  cursor.reset(bytes, start, end);
  cursor.skip(oldKeyPrefix + 4);
  integer();
  integer();
  cursor.skip(4);
  const exponent = integer();
  const modulus = integer();
  if (cursor.overrun) return undefined;
  const key = Buffer.concat([modulus, exponent]);
  return { algorithm: 'rsa1', md5: hash('md5', key, 'hex'), sha256: hash('sha256', key, 'hex') };
}

function integer(): Uint8Array {
  const length = Math.ceil(cursor.u16() / 8);
  const at = cursor.take(length);
  return at < 0 ? new Uint8Array(0) : cursor.bytes.subarray(at, at + length);
}
