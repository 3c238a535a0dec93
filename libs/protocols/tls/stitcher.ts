import type { Instant } from '@orbweaver/kernel/instant.ts';
import { Outcome } from '@orbweaver/kernel/outcome.ts';
import { ClientHello, decodeClientHello } from './handshake/client-hello.ts';
import { clientFacts, serverFacts, type ClientFacts, type ServerFacts } from './handshake/facts.ts';
import { decodeServerCurve } from './handshake/key-exchange.ts';
import { MessageType } from './handshake/message-types.ts';
import { ServerHello, decodeServerHello } from './handshake/server-hello.ts';
import type { Ja4Carrier } from './ja4.ts';
import { fatalAlert } from './names/alerts.ts';
import { isTls13 } from './names/versions.ts';
import { CertificateCache, type KnownCertificate } from './x509/certificate-cache.ts';

export const Role = { client: 0, server: 1 } as const;
export type Role = (typeof Role)[keyof typeof Role];

export interface Alert {
  readonly role: Role;
  readonly level: number;
  readonly description: number;
}

/** What one side has been seen to do. */
export interface RoleProgress {
  /** Anything at all was seen of it. */
  seen: boolean;
  /** Up to TLS 1.2: everything it sends from here on is encrypted. */
  changedCipher: boolean;
  /** Up to TLS 1.2: an encrypted handshake message after that, which is its Finished. */
  finished: boolean;
  /** Any record of application data. */
  applicationData: boolean;
  /** TLS 1.3: an encrypted record that can hold a Finished. */
  protectedData: boolean;
  /** The certificate that it showed, and how many it sent; -1 if it sent no Certificate message. */
  certificate: KnownCertificate | undefined;
  certificates: number;
}

/** Decoders and cache are one for the whole process: a message is decoded and its facts copied out within one call. */
const clientHello = new ClientHello();
const serverHello = new ServerHello();
const certificateCache = new CertificateCache();

/**
 * The least a TLS 1.3 record can be long that holds a Finished: header 4, SHA-256 32, content type 1, shortest tag 8 (RFC 8446 §4.4.4, §5.2;
 * RFC 6655 §6). An encrypted alert has 19 bytes at most, unless it is padded.
 */
const minimumFinishedRecord = 4 + 32 + 1 + 8;

/**
 * One handshake as its messages come: both hellos, certificates, and how far it went. Knows nothing of records, datagrams or packets, so that
 * TLS, DTLS and QUIC feed the same.
 */
export class Handshake {
  readonly start: Instant;
  readonly end: Instant;
  client: ClientFacts | undefined;
  server: ServerFacts | undefined;
  /** The server asked for another ClientHello (RFC 8446 §4.1.4). */
  retried = false;
  /** Curve of the ServerKeyExchange; -1 without. */
  curve = -1;
  certificateRequested = false;
  /** The first fatal alert, else the last one. */
  alert: Alert | undefined;
  /** A message of the clear part was missed. */
  incomplete = false;
  /** A hello has more or less than its lengths say. */
  malformed = false;
  /** Records of either side were missed, and how the handshake ended may have stood in them. */
  hasHole = false;
  /** What the server said first is no TLS, and came behind the client's hello. */
  hasOtherAnswer = false;
  /** The same, before the hello. */
  isGreeted = false;
  /** The client ended the connection. */
  isGivenUp = false;
  /** The server or the client sent what only a full handshake has. */
  #full = false;
  #clientHellos = 0;
  readonly progress: readonly [RoleProgress, RoleProgress] = [newProgress(), newProgress()];

  constructor(start: Instant) {
    this.start = start;
    this.end = start.copy();
  }

  /** A client's hello; one after a retry adds nothing, the first counts. False if it is none. */
  readClientHello(bytes: Uint8Array, start: number, end: number, carrier: Ja4Carrier): boolean {
    if (decodeClientHello(clientHello, bytes, start, end, carrier === 'd') !== Outcome.ok) return false;
    this.client ??= clientFacts(clientHello, carrier);
    this.malformed ||= !clientHello.exact;
    this.#clientHellos++;
    this.progress[Role.client].seen = true;
    return true;
  }

  /** False if it is none. */
  readServerHello(bytes: Uint8Array, start: number, end: number): boolean {
    if (decodeServerHello(serverHello, bytes, start, end) !== Outcome.ok) return false;
    this.progress[Role.server].seen = true;
    this.malformed ||= !serverHello.exact;
    if (serverHello.isRetry) this.retried = true;
    else this.server ??= serverFacts(serverHello);
    return true;
  }

  /** Any other message; its body is only there for those that `isReadMessage` names. */
  readMessage(role: Role, type: number, bytes: Uint8Array, start: number, end: number): void {
    this.progress[role].seen = true;
    switch (type) {
      case MessageType.helloRetryRequest:
        this.retried = true;
        break;
      case MessageType.certificate:
        this.#full = true;
        this.#readCertificates(this.progress[role], bytes, start, end);
        break;
      case MessageType.serverKeyExchange:
        this.#full = true;
        if (this.server !== undefined) this.curve = decodeServerCurve(bytes, start, end, this.server.cipherSuite);
        break;
      case MessageType.certificateRequest:
        this.certificateRequested = true;
        this.#full = true;
        break;
      case MessageType.serverHelloDone:
      case MessageType.clientKeyExchange:
        this.#full = true;
        break;
    }
  }

  readAlert(role: Role, level: number, description: number): void {
    this.progress[role].seen = true;
    if (this.alert === undefined || this.alert.level !== fatalAlert) this.alert = { role, level, description };
  }

  changeCipher(role: Role): void {
    this.progress[role].seen = true;
    this.progress[role].changedCipher = true;
  }

  /** A handshake record that can no longer be read. */
  encryptedMessage(role: Role): void {
    const progress = this.progress[role];
    progress.seen = true;
    if (progress.changedCipher) progress.finished = true;
  }

  /** A record of application data, which from TLS 1.3 on is what handshake messages look like too. */
  applicationData(role: Role, length: number): void {
    const progress = this.progress[role];
    progress.seen = true;
    progress.applicationData = true;
    const early = role === Role.client && this.server === undefined && this.client?.offersEarlyData === true;
    if (length >= minimumFinishedRecord && !early) progress.protectedData = true;
  }

  get isTls13(): boolean {
    return this.server !== undefined && isTls13(this.server.version);
  }

  /** In TLS 1.3 what comes as a handshake record is in the clear, ChangeCipherSpec or not (RFC 8446 D.4); before, nothing is behind one. */
  isSealed(role: Role): boolean {
    return this.progress[role].changedCipher && !this.isTls13 && !this.retried;
  }

  /** Another ClientHello would still be of this handshake: the first, or the second that a retry asks for. */
  get takesClientHello(): boolean {
    return this.#clientHellos < (this.retried ? 2 : 1);
  }

  /** Something was seen that is worth a record: a hello, or a certificate where the hello was missed. */
  get tells(): boolean {
    return this.client !== undefined || this.server !== undefined || this.retried || this.progress.some((side) => side.certificates >= 0);
  }

  /**
   * Both sides finished. Up to TLS 1.2 each Finished is seen to pass, encrypted, behind ChangeCipherSpec; a server sends application data only
   * after both, so that proves it too (a client may start before: RFC 7918). In TLS 1.3 the client answers the server's encrypted flight with more
   * than an alert.
   */
  get established(): boolean {
    const [client, server] = this.progress;
    if (this.isTls13) return client.protectedData && server.protectedData;
    return (client.finished && server.finished) || (this.server !== undefined && server.applicationData);
  }

  /** Whether it succeeded or not is known: nothing that could prove it was missed, or an alert broke it off. */
  get isDecided(): boolean {
    const [client, server] = this.progress;
    if (this.established) return true;
    return client.seen && server.seen && (!this.hasHole || this.alert?.level === fatalAlert);
  }

  /** The server does not speak TLS. Where the client goes on all the same it does: what was heard first was the end of what led there. */
  get isAnsweredWithoutTls(): boolean {
    const isOther = this.hasOtherAnswer || (this.isGreeted && this.isGivenUp);
    if (this.client === undefined || !isOther || this.hasHole) return false;
    const [client] = this.progress;
    const goesOn = this.#full || client.changedCipher || client.applicationData;
    return !goesOn && this.server === undefined && !this.retried && this.alert?.role !== Role.server;
  }

  /** Whether it took up an earlier session is known: of a hello with nothing but a hole behind it, it is not. */
  get isFormKnown(): boolean {
    return this.server !== undefined && (this.isResumed || this.#full || this.isTls13 || !this.incomplete);
  }

  /** It took up an earlier session. */
  get isResumed(): boolean {
    const { client, server } = this;
    if (server === undefined || this.#full) return false;
    if (isTls13(server.version)) return server.acceptsPreSharedKey;
    // Neither certificate nor key exchange before the server's ChangeCipherSpec: the short form (RFC 5246 §7.3, RFC 5077 §3.1).
    const echoed = client !== undefined && client.sessionId !== '' && client.sessionId === server.sessionId;
    return echoed || (this.progress[Role.server].changedCipher && !this.incomplete);
  }

  /** How an earlier session was taken up again; undefined if it was not, or by a client whose hello was not seen. */
  get resumption(): 'psk' | 'ticket' | 'session_id' | undefined {
    if (!this.isResumed) return undefined;
    if (this.isTls13) return 'psk';
    return this.client === undefined ? undefined : this.client.offersTicket ? 'ticket' : 'session_id';
  }

  /**
   * `opaque ASN.1Cert<1..2^24-1>; ASN.1Cert certificate_list<0..2^24-1>` (RFC 5246 §7.4.2). Only the sender's own, the first, is read.
   */
  #readCertificates(progress: RoleProgress, bytes: Uint8Array, start: number, end: number): void {
    progress.certificates = 0;
    for (let at = start + 3; at + 3 <= end;) {
      const certificate = at + 3;
      const next = certificate + ((bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!);
      if (next > end || next === certificate) break;
      if (progress.certificates++ === 0) progress.certificate = certificateCache.get(bytes, certificate, next);
      at = next;
    }
  }

  /** A lone certificate, as SSL 2.0 has it. */
  readCertificate(role: Role, bytes: Uint8Array, start: number, end: number): void {
    this.progress[role].certificates = 1;
    this.progress[role].certificate = certificateCache.get(bytes, start, end);
  }
}

function newProgress(): RoleProgress {
  return {
    seen: false,
    changedCipher: false,
    finished: false,
    applicationData: false,
    protectedData: false,
    certificate: undefined,
    certificates: -1,
  };
}
