import { Verdict } from '../sdk/module.ts';

/** Longest server version that is looked at, in bytes. */
const versionLimit = 64;
/** Bytes of a handshake packet: far more than any server sends. */
const packetLimit = 1024;

/**
 * The server's greeting: packet length, 3, little-endian; sequence 0; protocol version 10 or 9; server version, ended by 0 (MySQL client/server protocol, Protocol::HandshakeV10).
 */
export function detectStream(bytes: Uint8Array, start: number, end: number): Verdict {
  if (end - start < 6) return Verdict.needMore;
  const length = bytes[start]! | (bytes[start + 1]! << 8) | (bytes[start + 2]! << 16);
  const protocol = bytes[start + 4]!;
  if (length < 10 || length > packetLimit || bytes[start + 3] !== 0 || (protocol !== 10 && protocol !== 9)) return Verdict.no;
  const stop = Math.min(end, start + 5 + versionLimit);
  for (let at = start + 5; at < stop; at++) {
    const byte = bytes[at]!;
    if (byte === 0) return at > start + 7 ? Verdict.server : Verdict.no;
    const isFirst = at === start + 5;
    if (byte < 0x20 || byte > 0x7e || (isFirst && (byte < 0x30 || byte > 0x39))) return Verdict.no;
  }
  return stop === end ? Verdict.needMore : Verdict.no;
}
