import { readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Verdict, type PortHint } from '../sdk/module.ts';

/** IANA: diameter. */
const port = 3868;
const headerLength = 20;
const avpHeader = 8;
const version = 1;
const capabilitiesExchange = 257;
const commonApplication = 0;
const requestFlag = 0x80;
const errorFlag = 0x20;
const reservedFlags = 0x0f;
const reservedAvpFlags = 0x1f;

export const mayBegin = (octet: number): boolean => octet === version;

/**
 * Version, 1; length, 3; flags, 1; command, 3; application, 4; two identifiers; then AVPs of code, flags and length (RFC 6733, sections 3 and 4.1). A connection begins with the exchange of
 * capabilities (section 5.3); another command counts on the port.
 */
export function detectStream(bytes: Uint8Array, start: number, end: number, ports: PortHint): Verdict {
  if (bytes[start] !== version) return Verdict.no;
  if (end - start < headerLength + avpHeader) return Verdict.needMore;
  if (!isHeader(bytes, start) || !isAvp(bytes, start + headerLength)) return Verdict.no;
  const isExchange = (readU32(bytes, start + 4) & 0xffffff) === capabilitiesExchange && readU32(bytes, start + 8) === commonApplication;
  if (!isExchange) return ports.receiverPort === port || ports.senderPort === port ? Verdict.either : Verdict.no;
  return (bytes[start + 4]! & requestFlag) !== 0 ? Verdict.client : Verdict.server;
}

function isHeader(bytes: Uint8Array, start: number): boolean {
  const length = readU32(bytes, start) & 0xffffff;
  const flags = bytes[start + 4]!;
  const isErrorRequest = (flags & requestFlag) !== 0 && (flags & errorFlag) !== 0;
  return length >= headerLength + avpHeader && length % 4 === 0 && (flags & reservedFlags) === 0 && !isErrorRequest;
}

function isAvp(bytes: Uint8Array, at: number): boolean {
  return (bytes[at + 4]! & reservedAvpFlags) === 0 && (readU32(bytes, at + 4) & 0xffffff) >= avpHeader;
}
