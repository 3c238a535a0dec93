import { Cursor } from '@orbweaver/kernel/bytes/cursor.ts';
import { Outcome } from '@orbweaver/kernel/outcome.ts';
import { Extension, extensionHeaderBytes, maximumExtensions } from './extension-types.ts';
import { Span } from './span.ts';

/**
 * A ClientHello, decoded in place: numbers, and spans of the message's bytes. Made once and decoded into again and again; whatever
 * must outlive the message is copied out of it. The same for TLS, DTLS and QUIC.
 */
export class ClientHello {
  /** The array that the spans point into. */
  bytes: Uint8Array = new Uint8Array(0);
  /** As it stands in the hello's own version field, 0x0303 for TLS 1.3. */
  legacyVersion = 0;
  readonly sessionId = new Span();
  /** Two bytes a suite. */
  readonly cipherSuites = new Span();
  readonly extensionTypes = new Uint16Array(maximumExtensions);
  extensionCount = 0;
  /** False where the extensions run past the message or are too many: what was read stands, the fingerprints would be wrong. */
  intact = true;
  /** Its lengths fit together: intact, and no octet is left behind or between the extensions (else a decode error by RFC 8446 §6.2). */
  exact = true;

  /** The first host name of server_name. */
  readonly serverName = new Span();
  hasServerName = false;
  /** Protocol names, each behind a length byte. */
  readonly alpn = new Span();
  /** Two bytes each. */
  readonly groups = new Span();
  readonly signatureAlgorithms = new Span();
  readonly versions = new Span();
  /** One byte each. */
  readonly pointFormats = new Span();
  /** The session ticket; empty where the client only says that it takes one. */
  readonly ticket = new Span();
  preSharedKey = false;
  earlyData = false;
  encryptedClientHello = false;

  reset(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.legacyVersion = 0;
    this.extensionCount = 0;
    this.intact = true;
    this.exact = true;
    this.hasServerName = false;
    this.preSharedKey = false;
    this.earlyData = false;
    this.encryptedClientHello = false;
    this.sessionId.clear();
    this.cipherSuites.clear();
    this.serverName.clear();
    this.alpn.clear();
    this.groups.clear();
    this.signatureAlgorithms.clear();
    this.versions.clear();
    this.pointFormats.clear();
    this.ticket.clear();
  }
}

const cursor = new Cursor();

/**
 * The body of a ClientHello message, `[start, end)` (RFC 8446 §4.1.2; RFC 9147 §5.3 adds the cookie):
 *
 *     ProtocolVersion legacy_version;        Random random (32);
 *     opaque legacy_session_id<0..32>;       opaque cookie<0..2^8-1>  (DTLS only)
 *     CipherSuite cipher_suites<2..2^16-2>;  opaque legacy_compression_methods<1..2^8-1>;
 *     Extension extensions<0..2^16-1>        (may be missing altogether before TLS 1.3)
 */
export function decodeClientHello(hello: ClientHello, bytes: Uint8Array, start: number, end: number, datagram = false): Outcome {
  hello.reset(bytes);
  cursor.reset(bytes, start, end);
  hello.legacyVersion = cursor.u16();
  cursor.skip(32);
  takeSpan(hello.sessionId, cursor.u8());
  if (datagram) cursor.skip(cursor.u8());
  takeSpan(hello.cipherSuites, cursor.u16());
  cursor.skip(cursor.u8());
  if (cursor.overrun || hello.sessionId.length > 32 || (hello.cipherSuites.length & 1) !== 0) return Outcome.invalid;
  if (cursor.remaining === 0) return Outcome.ok;

  const extensionsEnd = cursor.offset + 2 + cursor.u16();
  if (cursor.overrun || extensionsEnd > end) hello.intact = false;
  while (hello.intact && cursor.offset + extensionHeaderBytes <= extensionsEnd) {
    const type = cursor.u16();
    const length = cursor.u16();
    const body = cursor.take(length);
    if (cursor.overrun || cursor.offset > extensionsEnd || hello.extensionCount === maximumExtensions) {
      hello.intact = false;
      break;
    }
    hello.extensionTypes[hello.extensionCount++] = type;
    readExtension(hello, type, body, body + length);
  }
  hello.exact = hello.intact && cursor.offset === end;
  return Outcome.ok;
}

function takeSpan(span: Span, length: number): void {
  const at = cursor.take(length);
  if (at >= 0) span.set(at, at + length);
}

function readExtension(hello: ClientHello, type: number, start: number, end: number): void {
  switch (type) {
    case Extension.serverName:
      hello.hasServerName = true;
      readServerName(hello, start, end);
      break;
    case Extension.alpn:
      vector16(hello.alpn, hello.bytes, start, end);
      break;
    case Extension.supportedGroups:
      vector16(hello.groups, hello.bytes, start, end);
      break;
    case Extension.signatureAlgorithms:
      vector16(hello.signatureAlgorithms, hello.bytes, start, end);
      break;
    case Extension.supportedVersions:
      vector8(hello.versions, hello.bytes, start, end);
      break;
    case Extension.ecPointFormats:
      vector8(hello.pointFormats, hello.bytes, start, end);
      break;
    case Extension.sessionTicket:
      hello.ticket.set(start, end);
      break;
    case Extension.preSharedKey:
      hello.preSharedKey = true;
      break;
    case Extension.earlyData:
      hello.earlyData = true;
      break;
    case Extension.encryptedClientHello:
      hello.encryptedClientHello = true;
      break;
  }
}

/** RFC 6066 §3: a list of (type, name<1..2^16-1>), of which only type 0, host_name, was ever defined. */
function readServerName(hello: ClientHello, start: number, end: number): void {
  let at = start + 2;
  while (at + 3 <= end) {
    const type = hello.bytes[at]!;
    const nameEnd = at + 3 + ((hello.bytes[at + 1]! << 8) | hello.bytes[at + 2]!);
    if (nameEnd > end) return;
    if (type === 0) {
      hello.serverName.set(at + 3, nameEnd);
      return;
    }
    at = nameEnd;
  }
}

/** The inside of a vector with a two-byte length that the extension consists of; left alone if the length is not that of the rest. */
export function vector16(span: Span, bytes: Uint8Array, start: number, end: number): void {
  if (end - start < 2) return;
  const length = (bytes[start]! << 8) | bytes[start + 1]!;
  if (length <= end - start - 2) span.set(start + 2, start + 2 + length);
}

function vector8(span: Span, bytes: Uint8Array, start: number, end: number): void {
  if (end - start < 1) return;
  const length = bytes[start]!;
  if (length <= end - start - 1) span.set(start + 1, start + 1 + length);
}
