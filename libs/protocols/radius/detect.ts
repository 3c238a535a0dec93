import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Verdict, type PortHint } from '../sdk/module.ts';

const headerLength = 20;
/** IANA: radius, radius-acct, radius-dynauth, and the ports used before those. */
const servicePorts: readonly number[] = [1812, 1813, 3799, 1645, 1646];
/** Codes that a client sends: Access-Request, Accounting-Request, Status-Server, Disconnect-Request, CoA-Request. */
const requests: readonly number[] = [1, 4, 12, 40, 43];
const answers: readonly number[] = [2, 3, 5, 11, 13, 41, 42, 44, 45];

/** Code, identifier, length, 16 bytes of authenticator, then attributes of type and length that fill the rest (RFC 2865, section 3). */
export function detectDatagram(bytes: Uint8Array, start: number, end: number, ports: PortHint): Verdict {
  if (end - start < headerLength) return Verdict.no;
  const code = bytes[start]!;
  const isRequest = requests.includes(code);
  if (!isRequest && !answers.includes(code)) return Verdict.no;
  const length = readU16(bytes, start + 2);
  // What lies behind the length is padding.
  if (length < headerLength || length > end - start) return Verdict.no;
  const stop = start + length;
  let attributes = 0;
  let at = start + headerLength;
  while (at + 2 <= stop && bytes[at] !== 0 && bytes[at + 1]! >= 2 && at + bytes[at + 1]! <= stop) {
    at += bytes[at + 1]!;
    attributes++;
  }
  const isOnPort = servicePorts.includes(isRequest ? ports.receiverPort : ports.senderPort);
  // A message with a broken attribute is to be dropped by its receiver (section 5), yet it was meant for one.
  const isSound = at === stop ? isOnPort || attributes >= 2 : isOnPort && attributes >= 1;
  if (!isSound) return Verdict.no;
  return isRequest ? Verdict.client : Verdict.server;
}
