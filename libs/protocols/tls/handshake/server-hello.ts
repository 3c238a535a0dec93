import { Cursor } from '@orbweaver/kernel/bytes/cursor.ts';
import { Outcome } from '@orbweaver/kernel/outcome.ts';
import { vector16 } from './client-hello.ts';
import { Extension, extensionHeaderBytes, maximumExtensions } from './extension-types.ts';
import { Span } from './span.ts';

/** A ServerHello, decoded in place, by the rules of `ClientHello`. */
export class ServerHello {
  bytes: Uint8Array = new Uint8Array(0);
  /** The hello's own version field. */
  legacyVersion = 0;
  /** The version that counts: of supported_versions where the server sent it, else the version field. */
  version = 0;
  /** A hello retry request, which has the form of a ServerHello (RFC 8446 §4.1.4). */
  isRetry = false;
  readonly sessionId = new Span();
  cipherSuite = 0;
  readonly extensionTypes = new Uint16Array(maximumExtensions);
  extensionCount = 0;
  /** As of a ClientHello. */
  intact = true;
  exact = true;
  readonly alpn = new Span();
  /** Group of key_share; -1 if there is none. */
  keyShareGroup = -1;
  /** The server took a key that the client offered. */
  preSharedKey = false;

  reset(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.legacyVersion = 0;
    this.version = 0;
    this.isRetry = false;
    this.cipherSuite = 0;
    this.extensionCount = 0;
    this.intact = true;
    this.exact = true;
    this.keyShareGroup = -1;
    this.preSharedKey = false;
    this.sessionId.clear();
    this.alpn.clear();
  }
}

/** SHA-256 of "HelloRetryRequest": the random value of a ServerHello that is one (RFC 8446 §4.1.3). */
const retryRandom = Uint8Array.from([
  0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c,
  0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
]);

/** Drafts of TLS 1.3 before this one had neither session id nor compression method in the ServerHello. */
const firstDraftWithSessionId = 22;

const cursor = new Cursor();

/**
 * The body of a ServerHello message, `[start, end)` (RFC 8446 §4.1.3):
 *
 *     ProtocolVersion legacy_version;              Random random (32);
 *     opaque legacy_session_id_echo<0..32>;        CipherSuite cipher_suite;
 *     uint8 legacy_compression_method;             Extension extensions<0..2^16-1>  (may be missing before TLS 1.3)
 */
export function decodeServerHello(hello: ServerHello, bytes: Uint8Array, start: number, end: number): Outcome {
  hello.reset(bytes);
  cursor.reset(bytes, start, end);
  hello.legacyVersion = cursor.u16();
  hello.version = hello.legacyVersion;
  const random = cursor.take(32);
  const earlyDraft = hello.legacyVersion >> 8 === 0x7f && (hello.legacyVersion & 0xff) < firstDraftWithSessionId;
  if (!earlyDraft) {
    const length = cursor.u8();
    const at = cursor.take(length);
    if (at >= 0) hello.sessionId.set(at, at + length);
    if (length > 32) return Outcome.invalid;
  }
  hello.cipherSuite = cursor.u16();
  if (!earlyDraft) cursor.skip(1);
  if (cursor.overrun) return Outcome.invalid;
  hello.isRetry = isRetryRandom(bytes, random);
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

function readExtension(hello: ServerHello, type: number, start: number, end: number): void {
  const { bytes } = hello;
  switch (type) {
    case Extension.supportedVersions:
      if (end - start === 2) hello.version = (bytes[start]! << 8) | bytes[start + 1]!;
      break;
    case Extension.keyShare:
    case Extension.keyShareDraft:
      if (end - start >= 2) hello.keyShareGroup = (bytes[start]! << 8) | bytes[start + 1]!;
      break;
    case Extension.preSharedKey:
      hello.preSharedKey = true;
      break;
    case Extension.alpn:
      vector16(hello.alpn, bytes, start, end);
      break;
  }
}

function isRetryRandom(bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < retryRandom.length; i++) if (bytes[at + i] !== retryRandom[i]) return false;
  return true;
}
