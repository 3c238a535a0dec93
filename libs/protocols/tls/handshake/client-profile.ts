import { ByteMemo } from '@orbweaver/kernel/bytes/byte-memo.ts';
import { ja3 } from '../ja3.ts';
import { ja4, type Ja4Carrier } from '../ja4.ts';
import { cipherSuiteName, groupName, hexCode, isGrease } from '../names/code-names.ts';
import { draftName, versionName } from '../names/versions.ts';
import type { ClientHello } from './client-hello.ts';
import { protocolNames } from './protocol-names.ts';
import type { Span } from './span.ts';

/** What a ClientHello says of the program that sent it: the same in each of its hellos but for GREASE. Lists are in the order of the wire, without GREASE. */
export interface ClientProfile {
  readonly ja3: string | undefined;
  readonly ja4: string | undefined;
  readonly cipherSuites: readonly string[];
  readonly groups: readonly string[];
  readonly versions: readonly string[];
  readonly alpn: readonly string[];
  readonly grease: boolean;
}

/** Profiles that are remembered at most; a text of a few hundred bytes each. */
const profileSlots = 4096;

const memo = new ByteMemo<ClientProfile>(profileSlots);

/** The profile of a hello; one object for all hellos that look alike. */
export function clientProfile(hello: ClientHello, carrier: Ja4Carrier): ClientProfile {
  const end = writeKey(hello, carrier);
  return end > key.length ? buildProfile(hello, carrier) : (memo.find(key, 0, end) ?? memo.keep(buildProfile(hello, carrier)));
}

function buildProfile(hello: ClientHello, carrier: Ja4Carrier): ClientProfile {
  const { bytes } = hello;
  return {
    ja3: hello.intact ? ja3(hello) : undefined,
    ja4: hello.intact ? ja4(hello, carrier) : undefined,
    cipherSuites: names(bytes, hello.cipherSuites, cipherSuiteName),
    groups: names(bytes, hello.groups, groupName),
    versions: hello.versions.present ? names(bytes, hello.versions, offeredVersion) : [offeredVersion(hello.legacyVersion)],
    alpn: protocolNames(bytes, hello.alpn),
    grease: hasGrease(hello),
  };
}

const key = new Uint8Array(1024);

/** Puts into `key` all that a profile is made of, and says where that ends: behind the end of `key` if there is no room. */
function writeKey(hello: ClientHello, carrier: Ja4Carrier): number {
  key[0] = carrier.charCodeAt(0);
  key[1] = (hello.intact ? 1 : 0) | (hello.hasServerName ? 2 : 0);
  key[2] = hello.legacyVersion >>> 8;
  key[3] = hello.legacyVersion;
  let at = 4;
  at = writeCodes(hello.bytes, hello.cipherSuites, at);
  at = writeCodes(hello.bytes, hello.groups, at);
  at = writeCodes(hello.bytes, hello.signatureAlgorithms, at);
  at = writeCodes(hello.bytes, hello.versions, at);
  at = writeBytes(hello.bytes, hello.pointFormats, at);
  at = writeBytes(hello.bytes, hello.alpn, at);
  for (let i = 0; i < hello.extensionCount; i++) at = writeWord(withoutDice(hello.extensionTypes[i]!), at);
  return at;
}

/** One of the GREASE values for all: which one it is, is thrown anew for each hello. */
function withoutDice(code: number): number {
  return isGrease(code) ? 0x0a0a : code;
}

function writeCodes(bytes: Uint8Array, codes: Span, at: number): number {
  let next = writeWord(codes.present ? codes.length : 0xffff, at);
  for (let from = codes.start; from + 2 <= codes.end; from += 2)
    next = writeWord(withoutDice((bytes[from]! << 8) | bytes[from + 1]!), next);
  return next;
}

function writeBytes(bytes: Uint8Array, list: Span, at: number): number {
  let next = writeWord(list.present ? list.length : 0xffff, at);
  for (let from = list.start; from < list.end; from++) key[next++] = bytes[from]!;
  return next;
}

function writeWord(word: number, at: number): number {
  key[at] = word >>> 8;
  key[at + 1] = word;
  return at + 2;
}

function offeredVersion(code: number): string {
  return draftName(code) ?? versionName(code)?.version ?? hexCode(code);
}

function names(bytes: Uint8Array, codes: Span, nameOf: (code: number) => string): string[] {
  const list: string[] = [];
  for (let at = codes.start; at + 2 <= codes.end; at += 2) {
    const code = (bytes[at]! << 8) | bytes[at + 1]!;
    if (!isGrease(code)) list.push(nameOf(code));
  }
  return list;
}

function hasGrease(hello: ClientHello): boolean {
  for (let i = 0; i < hello.extensionCount; i++) if (isGrease(hello.extensionTypes[i]!)) return true;
  const { bytes, cipherSuites } = hello;
  for (let at = cipherSuites.start; at + 2 <= cipherSuites.end; at += 2) {
    if (isGrease((bytes[at]! << 8) | bytes[at + 1]!)) return true;
  }
  return false;
}
