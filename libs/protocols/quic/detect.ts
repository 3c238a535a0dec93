import { readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Verdict } from '../sdk/module.ts';
import { LongHeader, maximumIdBytes, readLongHeader } from './long-header.ts';
import { isQuicVersion, quicVersion } from './versions.ts';

const header = new LongHeader();

/** Bytes that a packet number and a tag take at least, behind the length. */
const minimumProtected = 20;

/** A client pads the datagram of its first Initial to this size, whatever the version (RFC 9000 §14.1), and makes its destination id this long (§7.2). */
const minimumInitialDatagram = 1200;
const minimumClientId = 8;

/**
 * A datagram that begins with a packet with a long header of a version that is known, of a sound length. Both sides send Initial packets, and the first to be heard
 * is the one that opened the flow. Versions that cannot be read are named all the same: by what all of them share (RFC 8999), and Google's by its own header.
 */
export function detectQuic(bytes: Uint8Array, start: number, end: number): Verdict {
  const first = bytes[start]!;
  if (end - start < 7) return Verdict.no;
  if ((first & 0x80) === 0) return detectGoogleQuic(bytes, start, end);
  if (quicVersion(readU32(bytes, start + 1)) === undefined) return detectOtherVersion(bytes, start, end);
  if ((first & 0x40) === 0 || !readLongHeader(header, bytes, start, end)) return Verdict.no;
  if (header.isRetry) return end - header.sourceEnd > minimumProtected ? Verdict.server : Verdict.no;
  if (header.end - header.numberStart < minimumProtected) return Verdict.no;
  if (header.isInitial) return Verdict.either;
  // The Initial came late, or before the capture: what else has a long header fills its datagram, or is followed by another packet.
  if (header.end < end && (bytes[header.end]! & 0x40) === 0) return Verdict.no;
  return header.isEarlyData ? Verdict.client : Verdict.either;
}

/** Long header (RFC 8999 §5.1): a byte, version 4, destination id and source id behind a length byte each. Version 0 is a server's offer of others (§6). */
function detectOtherVersion(bytes: Uint8Array, start: number, end: number): Verdict {
  const version = readU32(bytes, start + 1);
  const isNegotiation = version === 0;
  if (!isNegotiation && (end - start < minimumInitialDatagram || !isQuicVersion(version))) return Verdict.no;
  const destination = bytes[start + 5]!;
  // Google's versions up to Q046 have both lengths in one byte, less 3.
  if (isGoogleVersion(version) && version < firstGoogleInvariant)
    return destination >>> 4 === minimumClientId - 3 ? Verdict.client : Verdict.no;
  const sourceAt = start + 6 + destination;
  if (destination > maximumIdBytes || sourceAt >= end || bytes[sourceAt]! > maximumIdBytes) return Verdict.no;
  if (!isNegotiation) return destination >= minimumClientId ? Verdict.client : Verdict.no;
  return offersVersions(bytes, sourceAt + 1 + bytes[sourceAt]!, end) ? Verdict.server : Verdict.no;
}

/** `Q050`: from here on the lengths are as RFC 8999 has them. */
const firstGoogleInvariant = 0x51303530;

/** `Q` and three digits. */
function isGoogleVersion(version: number): boolean {
  return version >>> 24 === 0x51;
}

/** Whole versions up to the end, known ones among them and nothing but versions of QUIC. */
function offersVersions(bytes: Uint8Array, start: number, end: number): boolean {
  if (start >= end || (end - start) % 4 !== 0) return false;
  for (let at = start; at < end; at += 4) if (!isQuicVersion(readU32(bytes, at))) return false;
  return true;
}

/** Google's public header: flags 1 (0x01 a version, 0x02 a reset, 0x08 the connection's id), id 8, version 4. From a server: the versions that it speaks. */
function detectGoogleQuic(bytes: Uint8Array, start: number, end: number): Verdict {
  const flags = bytes[start]!;
  const versionAt = start + 9;
  if ((flags & 0x0b) !== 0x09 || end < versionAt + 4) return Verdict.no;
  const version = readU32(bytes, versionAt);
  if (!isGoogleVersion(version) || !isQuicVersion(version)) return Verdict.no;
  return offersVersions(bytes, versionAt, end) ? Verdict.server : Verdict.client;
}
