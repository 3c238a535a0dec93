import { hexText } from '@orbweaver/kernel/bytes/text.ts';
import { Cursor } from '@orbweaver/kernel/bytes/cursor.ts';
import { cipherSuiteName } from './names/code-names.ts';
import { Version, versionName } from './names/versions.ts';
import { Role, type Handshake } from './stitcher.ts';

const MessageType = { error: 0, clientHello: 1, clientMasterKey: 2, serverHello: 4 } as const;

/** Encrypted records carry a MAC of 16 bytes; an error in the clear has three bytes. */
const minimumEncryptedRecord = 16;

const cursor = new Cursor();
const empty = new Uint8Array(0);

/**
 * SSL 2.0 (Hickman, 1995), of which the ClientHello outlived the rest: clients sent it for years to ask for SSL 3.0 or TLS (RFC 5246 E.2). Reads both hellos
 * and which cipher the client chose; everything later is encrypted. A message is at most as long as its record, 32,767 bytes.
 */
export class Ssl2Session {
  #held = empty;
  #heldLength = 0;
  #handshake: Handshake | undefined;
  #keysAgreed = false;

  isServerHello(bytes: Uint8Array, start: number): boolean {
    return bytes[start] === MessageType.serverHello;
  }

  /** A record's first bytes, `[start, end)`; true if the rest is to come to `body`. */
  begin(handshake: Handshake, role: Role, bytes: Uint8Array, start: number, end: number, length: number): boolean {
    const progress = handshake.progress[role];
    progress.seen = true;
    if (this.#keysAgreed) {
      if (length >= minimumEncryptedRecord) progress.finished = true;
      return false;
    }
    const type = bytes[start]!;
    const wanted =
      role === Role.client ? type === MessageType.clientHello || type === MessageType.clientMasterKey : type === MessageType.serverHello;
    if (!wanted || length < end - start) return false;
    this.#handshake = handshake;
    this.#held = new Uint8Array(length);
    this.#heldLength = 0;
    this.body(bytes, start, end);
    return true;
  }

  body(bytes: Uint8Array, start: number, end: number): void {
    if (this.#heldLength + end - start > this.#held.length) return;
    this.#held.set(bytes.subarray(start, end), this.#heldLength);
    this.#heldLength += end - start;
    if (this.#heldLength < this.#held.length || this.#handshake === undefined) return;
    const message = this.#held;
    this.#held = empty;
    this.#heldLength = 0;
    if (message[0] === MessageType.clientHello) readClientHello(this.#handshake, message);
    else if (message[0] === MessageType.serverHello) this.#keysAgreed = readServerHello(this.#handshake, message);
    else if (message[0] === MessageType.clientMasterKey) this.#keysAgreed = readMasterKey(this.#handshake, message);
  }
}

/**
 * Type, version (2), lengths of cipher specs (2), session id (2) and challenge (2), then these three. It has no extensions, so no fingerprint is made of it.
 */
function readClientHello(handshake: Handshake, message: Uint8Array): void {
  cursor.reset(message, 1);
  const version = cursor.u16();
  const specsLength = cursor.u16();
  const sessionIdLength = cursor.u16();
  cursor.skip(2);
  const specs = cursor.take(specsLength);
  const sessionId = cursor.take(sessionIdLength);
  if (cursor.overrun || handshake.client !== undefined) return;
  handshake.client = {
    serverName: undefined,
    profile: {
      ja3: undefined,
      ja4: undefined,
      cipherSuites: specNames(message, specs, specs + specsLength),
      groups: [],
      versions: [versionName(version)?.version ?? String(version)],
      alpn: [],
      grease: false,
    },
    sessionId: hexText(message, sessionId, sessionId + sessionIdLength),
    offersTicket: false,
    offersEarlyData: false,
    encryptedClientHello: false,
  };
}

/** Type, session id hit (1), certificate type (1), version (2), lengths of certificate (2), cipher specs (2) and connection id (2). True if the session is resumed. */
function readServerHello(handshake: Handshake, message: Uint8Array): boolean {
  cursor.reset(message, 1);
  const hit = cursor.u8() !== 0;
  cursor.skip(3);
  const certificateLength = cursor.u16();
  cursor.skip(4);
  const certificate = cursor.take(certificateLength);
  if (cursor.overrun) return false;
  if (certificateLength > 0) handshake.readCertificate(Role.server, message, certificate, certificate + certificateLength);
  chooseCipher(handshake, -1, hit ? (handshake.client?.sessionId ?? '') : '');
  return hit;
}

/** Type, cipher kind (3), then keys. */
function readMasterKey(handshake: Handshake, message: Uint8Array): boolean {
  cursor.reset(message, 1);
  const kind = cursor.u24();
  if (cursor.overrun) return false;
  chooseCipher(handshake, kind, '');
  return true;
}

function chooseCipher(handshake: Handshake, cipherSuite: number, sessionId: string): void {
  handshake.server = {
    version: Version.ssl2,
    cipherSuite,
    ja3s: undefined,
    alpn: undefined,
    sessionId,
    keyShareGroup: -1,
    acceptsPreSharedKey: false,
  };
}

/** A spec of SSL 3.0 or later is its suite behind a zero byte. */
function specNames(bytes: Uint8Array, start: number, end: number): string[] {
  const names: string[] = [];
  for (let at = start; at + 3 <= end; at += 3) names.push(cipherSuiteName((bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!));
  return names;
}
