import { Verdict, type PortHint } from '../sdk/module.ts';

/** IANA: snmp, snmptrap. */
const servicePorts: readonly number[] = [161, 162];

/** GetRequest, GetNextRequest, Response, SetRequest, Trap, GetBulkRequest, InformRequest, SNMPv2-Trap, Report (RFC 3416, section 3). */
const roles: readonly Verdict[] = [
  Verdict.client,
  Verdict.client,
  Verdict.server,
  Verdict.client,
  Verdict.client,
  Verdict.client,
  Verdict.client,
  Verdict.client,
  Verdict.server,
];

/**
 * A message in BER: SEQUENCE { version INTEGER, community OCTET STRING, PDU [0] to [8] }, or SEQUENCE behind version 3 (RFC 1157, RFC 3412). Its length is the
 * datagram's; on the port, a message that was cut or padded counts as well.
 */
export function detectDatagram(bytes: Uint8Array, start: number, end: number, ports: PortHint): Verdict {
  if (bytes[start] !== 0x30) return Verdict.no;
  const isOnPort = servicePorts.includes(ports.receiverPort) || servicePorts.includes(ports.senderPort);
  let at = contentStart(bytes, start + 1, end, isOnPort);
  if (at < 0 || at + 3 > end || bytes[at] !== 2 || bytes[at + 1] !== 1) return Verdict.no;
  const version = bytes[at + 2]!;
  at += 3;
  if (version === 3) return bytes[at] === 0x30 ? Verdict.either : Verdict.no;
  if (version > 1 || bytes[at] !== 4 || at + 1 >= end) return Verdict.no;
  const community = bytes[at + 1]!;
  const pdu = at + 2 + community;
  if (community > 127 || pdu >= end) return Verdict.no;
  return roles[bytes[pdu]! - 0xa0] ?? Verdict.no;
}

/** Where the content of a definite length that begins at `at` starts, if that length ends with the datagram (or `anyLength` will do); else -1. */
function contentStart(bytes: Uint8Array, at: number, end: number, anyLength: boolean): number {
  const first = bytes[at] ?? 0xff;
  const octets = first & 0x7f;
  if (first < 0x80) return anyLength || at + 1 + first === end ? at + 1 : -1;
  if (octets === 0 || octets > 4 || at + 1 + octets > end) return -1;
  let length = 0;
  for (let i = 1; i <= octets; i++) length = length * 256 + bytes[at + i]!;
  return anyLength || at + 1 + octets + length === end ? at + 1 + octets : -1;
}
