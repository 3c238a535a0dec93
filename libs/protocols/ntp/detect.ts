import { Verdict, type PortHint } from '../sdk/module.ts';

/** IANA: ntp. */
const port = 123;
const headerLength = 48;

/**
 * Leap indicator 2 bits, version 3 bits, mode 3 bits, then 47 bytes of header (RFC 5905, section 7.3). Modes 6 and 7, control and private, are shorter. Too little to
 * go by without the port.
 */
export function detectDatagram(bytes: Uint8Array, start: number, end: number, ports: PortHint): Verdict {
  if ((ports.receiverPort !== port && ports.senderPort !== port) || start === end) return Verdict.no;
  const first = bytes[start]!;
  const version = (first >>> 3) & 7;
  const mode = first & 7;
  if (version === 0 || version > 4 || mode === 0) return Verdict.no;
  if (end - start < (mode >= 6 ? 8 : headerLength)) return Verdict.no;
  if (mode === 3) return Verdict.client;
  return mode === 4 ? Verdict.server : Verdict.either;
}
