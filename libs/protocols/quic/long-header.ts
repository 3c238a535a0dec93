import { Cursor, readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { quicVersion, type QuicVersion } from './versions.ts';

/** Connection ids have 20 bytes at most in every version that is read (RFC 9000 §17.2). */
export const maximumIdBytes = 20;

const cursor = new Cursor();

/** A packet with a long header, decoded in place. */
export class LongHeader {
  version: QuicVersion | undefined;
  versionCode = 0;
  isInitial = false;
  isRetry = false;
  /** 0-RTT: only clients send it. */
  isEarlyData = false;
  destinationStart = 0;
  destinationEnd = 0;
  sourceStart = 0;
  sourceEnd = 0;
  /** Where the packet number stands, still protected. */
  numberStart = 0;
  /** End of the packet; another one may follow it in the datagram. */
  end = 0;
}

/**
 * The packet at `start` (RFC 9000 §17.2): first byte with its top bit set, version (4), destination id and source id behind a length byte each; an Initial
 * has a token behind a variable-length length next; all but a Retry the length of the rest. False if it is none, or of a version that is not known. The second
 * bit is set as well, but at random where the other side has said that it does not care (RFC 9287 §3): a server does so from its first Initial on.
 */
export function readLongHeader(header: LongHeader, bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 7 || (bytes[start]! & 0x80) === 0) return false;
  header.versionCode = readU32(bytes, start + 1);
  header.version = quicVersion(header.versionCode);
  if (header.version === undefined) return false;
  const type = (bytes[start]! >> 4) & 3;
  header.isInitial = type === header.version.initialType;
  header.isRetry = type === header.version.retryType;
  // In every version 0-RTT comes next behind Initial (RFC 9000 §17.2, RFC 9369 §3.2).
  header.isEarlyData = type === ((header.version.initialType + 1) & 3);

  cursor.reset(bytes, start + 5, end);
  const destination = cursor.u8();
  header.destinationStart = cursor.take(destination);
  header.destinationEnd = header.destinationStart + destination;
  const source = cursor.u8();
  header.sourceStart = cursor.take(source);
  header.sourceEnd = header.sourceStart + source;
  if (cursor.overrun || destination > maximumIdBytes || source > maximumIdBytes) return false;
  header.end = end;
  if (header.isRetry) return true;
  if (header.isInitial) cursor.skip(readVariable(cursor));
  const length = readVariable(cursor);
  header.numberStart = cursor.offset;
  header.end = header.numberStart + length;
  return !cursor.overrun && header.end <= end;
}

/** A variable-length integer (RFC 9000 §16): two bits say how many bytes. Past 2^53 it is not exact, and longer than any packet. */
export function readVariable(from: Cursor): number {
  const first = from.u8();
  let value = first & 0x3f;
  for (let more = (1 << (first >> 6)) - 1; more > 0; more--) value = value * 256 + from.u8();
  return value;
}
