import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Verdict, type PortHint } from '../sdk/module.ts';

/** IANA: dhcpv6-client, dhcpv6-server. */
const servicePorts: readonly number[] = [546, 547];
const headerLength = 4;
const relayForward = 12;
const relayReply = 13;
/** ADDR-REG-REPLY (RFC 9686), the last of IANA's registry. */
const lastType = 37;
/** Type, hops, and the addresses of link and peer (RFC 8415, section 9). */
const relayHeader = 34;
const optionHeader = 4;

export const mayBegin = (octet: number): boolean => octet >= 1 && octet <= lastType;

/**
 * Type, 1, and transaction, 3; then options of code, 2, and length, 2, to the end (RFC 8415, sections 8 and 21.1). Too little to go by without the ports. A client asks a multicast
 * address, so that the answer is a conversation of its own, which the server opens.
 */
export function detectDatagram(bytes: Uint8Array, start: number, end: number, ports: PortHint): Verdict {
  if (!servicePorts.includes(ports.senderPort) || !servicePorts.includes(ports.receiverPort)) return Verdict.no;
  const type = bytes[start]!;
  let at = start + (type === relayForward || type === relayReply ? relayHeader : headerLength);
  if (!mayBegin(type) || at + optionHeader > end) return Verdict.no;
  while (at + optionHeader <= end) at += optionHeader + readU16(bytes, at + 2);
  return at === end ? Verdict.either : Verdict.no;
}
