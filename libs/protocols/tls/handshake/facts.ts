import { ja3, ja3s } from '../ja3.ts';
import { ja4, type Ja4Carrier } from '../ja4.ts';
import { cipherSuiteName, groupName, hexCode, isGrease } from '../names/code-names.ts';
import { draftName, isTls13, versionName } from '../names/versions.ts';
import { asciiText, hexText } from '../names/wire-text.ts';
import type { ClientHello } from './client-hello.ts';
import type { ServerHello } from './server-hello.ts';
import type { Span } from './span.ts';

/** What outlives a ClientHello. Lists are in the order of the wire, without GREASE. */
export interface ClientFacts {
  readonly serverName: string | undefined;
  readonly ja3: string | undefined;
  readonly ja4: string | undefined;
  readonly cipherSuites: readonly string[];
  readonly groups: readonly string[];
  readonly versions: readonly string[];
  readonly alpn: readonly string[];
  /** Hexadecimal; empty if the client named none. */
  readonly sessionId: string;
  readonly offersTicket: boolean;
  readonly offersEarlyData: boolean;
  readonly grease: boolean;
  readonly encryptedClientHello: boolean;
}

/** What outlives a ServerHello. */
export interface ServerFacts {
  readonly version: number;
  readonly cipherSuite: number;
  readonly ja3s: string | undefined;
  readonly alpn: string | undefined;
  readonly sessionId: string;
  /** -1 if it has no key share. */
  readonly keyShareGroup: number;
  readonly acceptsPreSharedKey: boolean;
}

export function clientFacts(hello: ClientHello, carrier: Ja4Carrier): ClientFacts {
  const { bytes, serverName, sessionId } = hello;
  const versions = hello.versions.present ? names(bytes, hello.versions, offeredVersion) : [offeredVersion(hello.legacyVersion)];
  return {
    serverName: serverName.length > 0 ? asciiText(bytes, serverName.start, serverName.end) : undefined,
    ja3: hello.intact ? ja3(hello) : undefined,
    ja4: hello.intact ? ja4(hello, carrier) : undefined,
    cipherSuites: names(bytes, hello.cipherSuites, cipherSuiteName),
    groups: names(bytes, hello.groups, groupName),
    versions,
    alpn: protocolNames(bytes, hello.alpn),
    sessionId: hexText(bytes, sessionId.start, sessionId.end),
    offersTicket: hello.ticket.length > 0,
    offersEarlyData: hello.earlyData,
    grease: hasGrease(hello),
    encryptedClientHello: hello.encryptedClientHello,
  };
}

export function serverFacts(hello: ServerHello): ServerFacts {
  const { bytes, alpn, sessionId } = hello;
  return {
    version: hello.version,
    cipherSuite: hello.cipherSuite,
    ja3s: hello.intact ? ja3s(hello) : undefined,
    alpn: protocolNames(bytes, alpn)[0],
    // TLS 1.3 only echoes the client's, which means nothing.
    sessionId: isTls13(hello.version) ? '' : hexText(bytes, sessionId.start, sessionId.end),
    keyShareGroup: hello.keyShareGroup,
    acceptsPreSharedKey: hello.preSharedKey,
  };
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

/** RFC 7301 §3.1: each name behind a length byte. GREASE names (two bytes alike, 0x?a) are left out. */
function protocolNames(bytes: Uint8Array, list: Span): string[] {
  const found: string[] = [];
  for (let at = list.start; at >= 0 && at < list.end;) {
    const end = at + 1 + bytes[at]!;
    if (end > list.end) break;
    const grease = end - at === 3 && isGrease((bytes[at + 1]! << 8) | bytes[at + 2]!);
    if (end > at + 1 && !grease) found.push(asciiText(bytes, at + 1, end));
    at = end;
  }
  return found;
}

function hasGrease(hello: ClientHello): boolean {
  for (let i = 0; i < hello.extensionCount; i++) if (isGrease(hello.extensionTypes[i]!)) return true;
  const { bytes, cipherSuites } = hello;
  for (let at = cipherSuites.start; at + 2 <= cipherSuites.end; at += 2) {
    if (isGrease((bytes[at]! << 8) | bytes[at + 1]!)) return true;
  }
  return false;
}
