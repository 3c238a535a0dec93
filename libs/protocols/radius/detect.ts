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
  for (; at + 2 <= stop; attributes++) {
    const attribute = bytes[at + 1]!;
    if (attribute < 2 || bytes[at] === 0) return Verdict.no;
    at += attribute;
  }
  if (at !== stop) return Verdict.no;
  if (attributes < 2 && !servicePorts.includes(isRequest ? ports.receiverPort : ports.senderPort)) return Verdict.no;
  return isRequest ? Verdict.client : Verdict.server;
}
