import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Version } from '../names/versions.ts';
import { ContentType, maximumRecordBytes } from '../record-layer.ts';

/** Type, version, epoch, 48-bit sequence number, length (RFC 6347 §4.1). */
export const recordHeaderBytes = 13;

/** Type, 24-bit length, message sequence number, 24-bit fragment offset and length (RFC 6347 §4.2.2). */
export const fragmentHeaderBytes = 12;

/** Application data with a connection id in its header (RFC 9146 §4). */
const connectionIdRecord = 25;
/** DTLS 1.3 (RFC 9147 §7). */
const acknowledgement = 26;

/** One record of a datagram, decoded in place. */
export interface DatagramRecord {
  type: number;
  epoch: number;
  /** The body: `[start, end)`. */
  start: number;
  end: number;
}

/** Where a record of a connection id has it cannot be known from outside, so such a record is the rest of its datagram. */
export function readRecord(record: DatagramRecord, bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < recordHeaderBytes) return false;
  const type = bytes[at]!;
  const version = readU16(bytes, at + 1);
  if (type < ContentType.changeCipherSpec || type > acknowledgement) return false;
  if (version !== Version.dtls10 && version !== Version.dtls12) return false;
  record.type = type === connectionIdRecord ? ContentType.applicationData : type;
  record.epoch = readU16(bytes, at + 3);
  record.start = at + recordHeaderBytes;
  record.end = type === connectionIdRecord ? end : record.start + readU16(bytes, at + 11);
  return record.end - record.start <= maximumRecordBytes && record.end <= end;
}

/** True for the first byte of a protected record of DTLS 1.3: `001CSLEE` (RFC 9147 §4). */
export function isUnifiedHeader(byte: number): boolean {
  return byte >> 5 === 1;
}
