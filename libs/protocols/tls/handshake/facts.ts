import { hexText } from '@orbweaver/kernel/bytes/text.ts';
import { ja3s } from '../ja3.ts';
import type { Ja4Carrier } from '../ja4.ts';
import { isTls13 } from '../names/versions.ts';
import { asciiText } from '../names/wire-text.ts';
import type { ClientHello } from './client-hello.ts';
import { clientProfile, type ClientProfile } from './client-profile.ts';
import { protocolNames } from './protocol-names.ts';
import type { ServerHello } from './server-hello.ts';

/** What outlives a ClientHello. */
export interface ClientFacts {
  readonly serverName: string | undefined;
  readonly profile: ClientProfile;
  /** Hexadecimal; empty if the client named none. */
  readonly sessionId: string;
  readonly offersTicket: boolean;
  readonly offersEarlyData: boolean;
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
  return {
    serverName: serverName.length > 0 ? asciiText(bytes, serverName.start, serverName.end) : undefined,
    profile: clientProfile(hello, carrier),
    sessionId: hexText(bytes, sessionId.start, sessionId.end),
    offersTicket: hello.ticket.length > 0,
    offersEarlyData: hello.earlyData,
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
