import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Verdict, detectionLimit, type PortHint } from '../sdk/module.ts';
import { MessageType, isMessageType } from './handshake/message-types.ts';
import { ContentType, isRecordHeader, maximumRecordBytes } from './record-layer.ts';
import { Version } from './names/versions.ts';

const recordHeader = 5;
/** Up to and with the lengths of an SSL 2.0 hello; the server's has the longer head. */
const ssl2HelloBytes = 13;
const clientHello = 1;
const serverHello = 4;

/** Where servers speak TLS from the first byte on (IANA: https, smtps, nntps, ldaps, domain-s, ftps, telnets, imaps, pop3s, sips; and the second port of https). */
const serverPorts: ReadonlySet<number> = new Set([443, 465, 563, 636, 853, 989, 990, 992, 993, 995, 5061, 8443]);

/** As `detectContent`; in the midst of a session, where the content does not tell, the port says who is the server. */
export function detectTls(bytes: Uint8Array, start: number, end: number, { senderPort, receiverPort }: PortHint): Verdict {
  const verdict = detectContent(bytes, start, end);
  if (verdict !== Verdict.either || serverPorts.has(senderPort) === serverPorts.has(receiverPort)) return verdict;
  return serverPorts.has(senderPort) ? Verdict.server : Verdict.client;
}

/**
 * The first bytes of one side are TLS if a record's header begins them and either its body begins as the type demands, or, encrypted as it is, another
 * header follows it. SSLv2 hellos count if all their lengths add up.
 */
function detectContent(bytes: Uint8Array, start: number, end: number): Verdict {
  const length = end - start;
  if (length === 0) return Verdict.needMore;
  if (bytes[start]! >= 0x80) return detectSsl2(bytes, start, end);
  if (!mayBeHeader(bytes, start, end)) return Verdict.no;
  if (length <= recordHeader) return Verdict.needMore;
  const type = bytes[start]!;
  const body = start + recordHeader;
  const bodyLength = readU16(bytes, start + 3);
  switch (type) {
    case ContentType.handshake:
      return detectHandshake(bytes, body, end, bodyLength);
    case ContentType.alert:
      if (bodyLength === 2) return bytes[body] === 1 || bytes[body] === 2 ? Verdict.either : Verdict.no;
      return detectChain(bytes, body, end, bodyLength);
    case ContentType.changeCipherSpec:
      return bodyLength === 1 && bytes[body] === 1 ? Verdict.either : Verdict.no;
    default:
      return detectChain(bytes, body, end, bodyLength);
  }
}

/** As far as the bytes go, what a record's header looks like. */
function mayBeHeader(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length >= recordHeader) return isRecordHeader(bytes, start) && readU16(bytes, start + 3) > 0;
  if (bytes[start]! < ContentType.changeCipherSpec || bytes[start]! > ContentType.heartbeat) return false;
  if (length >= 2 && bytes[start + 1] !== 3) return false;
  if (length >= 3 && bytes[start + 2]! > 4) return false;
  return length < 4 || bytes[start + 3]! <= maximumRecordBytes >> 8;
}

/** A message's type and length; hellos name a version 3.x (or a draft's) next. What is neither may be an encrypted message of a session begun before. */
function detectHandshake(bytes: Uint8Array, body: number, end: number, bodyLength: number): Verdict {
  const type = bytes[body]!;
  const isHello = type === MessageType.clientHello || type === MessageType.serverHello;
  if (isMessageType(type)) {
    if (bodyLength < 6) return isHello ? roleOf(type) : detectChain(bytes, body, end, bodyLength);
    if (end - body < 6) return Verdict.needMore;
    const messageLength = (bytes[body + 1]! << 16) | (bytes[body + 2]! << 8) | bytes[body + 3]!;
    const version = readU16(bytes, body + 4);
    if (isHello && messageLength >= 34 && isVersion(version)) return roleOf(type);
    if (!isHello && messageLength + 4 <= bodyLength && bytes[body + 1] === 0) return Verdict.either;
  }
  return detectChain(bytes, body, end, bodyLength);
}

function isVersion(version: number): boolean {
  return version >> 8 === 3 || version >> 8 === 0x7f || version >> 8 === 0x7e;
}

function roleOf(type: number): Verdict {
  return type === MessageType.clientHello ? Verdict.client : Verdict.server;
}

/**
 * Another header behind this record. Application data is taken at its word where nothing has followed it yet, or where it is longer than what is
 * looked at.
 */
function detectChain(bytes: Uint8Array, body: number, end: number, bodyLength: number): Verdict {
  const next = body + bodyLength;
  if (next + recordHeader <= end) return isRecordHeader(bytes, next) ? Verdict.either : Verdict.no;
  const isApplicationData = bytes[body - recordHeader] === ContentType.applicationData;
  return isApplicationData && (next === end || bodyLength > detectionLimit - 2 * recordHeader) ? Verdict.either : Verdict.needMore;
}

/** CLIENT-HELLO or SERVER-HELLO of SSL 2.0, whose parts must fill the record. */
function detectSsl2(bytes: Uint8Array, start: number, end: number): Verdict {
  const type = end - start >= 3 ? bytes[start + 2]! : clientHello;
  if (type !== clientHello && type !== serverHello) return Verdict.no;
  if (end - start < ssl2HelloBytes) return Verdict.needMore;
  const recordLength = readU16(bytes, start) & 0x7fff;
  return type === clientHello ? detectSsl2Client(bytes, start, recordLength) : detectSsl2Server(bytes, start, recordLength);
}

function detectSsl2Client(bytes: Uint8Array, start: number, recordLength: number): Verdict {
  const version = readU16(bytes, start + 3);
  const specs = readU16(bytes, start + 5);
  const sessionId = readU16(bytes, start + 7);
  const challenge = readU16(bytes, start + 9);
  const isSound = specs > 0 && specs % 3 === 0 && (sessionId === 0 || sessionId === 16) && challenge >= 16 && challenge <= 32;
  const isKnown = version === Version.ssl2 || (version >= Version.ssl3 && version <= Version.tls13);
  return isSound && isKnown && recordLength === 9 + specs + sessionId + challenge ? Verdict.client : Verdict.no;
}

function detectSsl2Server(bytes: Uint8Array, start: number, recordLength: number): Verdict {
  const specs = readU16(bytes, start + 9);
  const parts = readU16(bytes, start + 7) + specs + readU16(bytes, start + 11);
  return readU16(bytes, start + 5) === Version.ssl2 && specs % 3 === 0 && recordLength === 11 + parts ? Verdict.server : Verdict.no;
}
