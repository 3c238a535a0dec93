import { readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Verdict, type PortHint } from '../sdk/module.ts';

/** IANA: ipsec-nat-t. There four octets of zero tell IKE from ESP (RFC 3948, section 2.2). */
const natPort = 4500;
const nonEspMarker = 4;
const headerLength = 28;
/** Of version 1: base, identity protection, authentication only, aggressive, informational; quick, new group (RFC 2408, section 3.1; RFC 2409, appendix A). */
const exchanges1: readonly number[] = [1, 2, 3, 4, 5, 32, 33];
/** Encrypted, committed, authenticated only. */
const flags1 = 0x07;
/** Of version 2: IKE_SA_INIT to INFORMATIONAL, IKE_SESSION_RESUME, and those of RFC 9242 and RFC 9370. */
const exchanges2: readonly number[] = [34, 35, 36, 37, 38, 43, 44];
/** Initiator, version, response. */
const flags2 = 0x38;
const initiator = 0x08;

/** Two identifiers (SPIs), each 8; next payload, 1; version, 1; exchange, 1; flags, 1; message, 4; length, 4, which is the datagram's (RFC 7296, section 3.1). */
export function detectDatagram(bytes: Uint8Array, start: number, end: number, ports: PortHint): Verdict {
  const isOnNatPort = ports.receiverPort === natPort || ports.senderPort === natPort;
  const at = isOnNatPort && end - start >= nonEspMarker && readU32(bytes, start) === 0 ? start + nonEspMarker : start;
  if (end - at < headerLength || readU32(bytes, at + 24) !== end - at || isZero(bytes, at)) return Verdict.no;
  const exchange = bytes[at + 18]!;
  const flags = bytes[at + 19]!;
  switch (bytes[at + 17]! >>> 4) {
    case 1:
      return exchanges1.includes(exchange) && (flags & ~flags1) === 0 ? Verdict.either : Verdict.no;
    case 2:
      if (!exchanges2.includes(exchange) || (flags & ~flags2) !== 0) return Verdict.no;
      return (flags & initiator) !== 0 ? Verdict.client : Verdict.server;
    default:
      return Verdict.no;
  }
}

/** The initiator's identifier is never zero. */
function isZero(bytes: Uint8Array, at: number): boolean {
  return readU32(bytes, at) === 0 && readU32(bytes, at + 4) === 0;
}
