import { readU16, readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Verdict } from '../../sdk/module.ts';
import { MessageType, isMessageType } from '../handshake/message-types.ts';
import { ContentType } from '../record-layer.ts';
import { fragmentHeaderBytes, readRecord, type DatagramRecord } from './records.ts';

const stunCookie = 0x2112a442;
const record: DatagramRecord = { type: 0, epoch: 0, start: 0, end: 0 };

/**
 * A datagram is DTLS if records fill it to the last byte and the first of them, where it is in the clear, begins as its type demands. STUN
 * comes before DTLS on the same ports in WebRTC (RFC 7983), so it asks for more.
 */
export function detectDtls(bytes: Uint8Array, start: number, end: number): Verdict {
  if (end - start >= 20 && bytes[start]! < 4 && readU32(bytes, start + 4) === stunCookie) return Verdict.needMore;
  if (!readRecord(record, bytes, start, end)) return Verdict.no;
  const verdict = verdictOf(bytes);
  if (verdict === Verdict.no) return verdict;
  let at = record.end;
  while (at < end && readRecord(record, bytes, at, end)) at = record.end;
  return at === end ? verdict : Verdict.no;
}

function verdictOf(bytes: Uint8Array): Verdict {
  const { type, epoch, start } = record;
  const length = record.end - start;
  if (length === 0) return Verdict.no;
  if (epoch > 0) return Verdict.either;
  if (type === ContentType.alert) return length === 2 && (bytes[start] === 1 || bytes[start] === 2) ? Verdict.either : Verdict.no;
  if (type === ContentType.changeCipherSpec) return length <= 3 && bytes[start] === 1 ? Verdict.either : Verdict.no;
  if (type !== ContentType.handshake || length < fragmentHeaderBytes || !isMessageType(bytes[start]!)) return Verdict.no;
  const messageLength = (bytes[start + 1]! << 16) | readU16(bytes, start + 2);
  const offset = (bytes[start + 6]! << 16) | readU16(bytes, start + 7);
  const fragment = (bytes[start + 9]! << 16) | readU16(bytes, start + 10);
  if (offset + fragment > messageLength || fragment > length - fragmentHeaderBytes) return Verdict.no;
  // Who opened the flow need not be the client: in WebRTC the sides agree on that beforehand. A server that is heard first missed its client.
  return bytes[start] === MessageType.serverHello || bytes[start] === MessageType.helloVerifyRequest ? Verdict.server : Verdict.either;
}
