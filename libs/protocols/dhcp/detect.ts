import { readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Verdict, type PortHint } from '../sdk/module.ts';

const cookieOffset = 236;
const magicCookie = 0x63825363;

/** A BOOTP message: op 1 or 2, hardware type and address length, and behind 236 bytes the cookie that makes it DHCP (RFC 2131, sections 2 and 3). */
export function detectDatagram(bytes: Uint8Array, start: number, end: number, ports: PortHint): Verdict {
  if (end - start < cookieOffset + 4) return Verdict.no;
  const operation = bytes[start]!;
  if ((operation !== 1 && operation !== 2) || bytes[start + 2]! > 16) return Verdict.no;
  if (readU32(bytes, start + cookieOffset) !== magicCookie) return Verdict.no;
  // A relay sends requests from the server's port as well.
  if (ports.senderPort === ports.receiverPort) return Verdict.either;
  return operation === 1 ? Verdict.client : Verdict.server;
}
