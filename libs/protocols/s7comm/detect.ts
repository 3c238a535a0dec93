import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Verdict } from '../sdk/module.ts';

const frameHeader = 4;
/** Frame, length of the transport header, kind of TPDU. */
const headLength = 6;
const connectionRequest = 0xe0;
const connectionConfirm = 0xd0;
const data = 0xf0;
/** Behind a data TPDU's header of three octets. */
const messageOffset = 7;
const protocolId = 0x32;

export const mayBegin = (octet: number): boolean => octet === 3;

/** Frames of ISO transport (RFC 1006, section 6): where both agree on a connection first, one of that; then data with a message of S7. */
export function detectStream(bytes: Uint8Array, start: number, end: number): Verdict {
  const kind = kindAt(bytes, start, end);
  if (kind !== connectionRequest && kind !== connectionConfirm) return detectData(bytes, start, end, kind);
  const next = start + readU16(bytes, start + 2);
  return next >= end ? Verdict.needMore : detectData(bytes, next, end, kindAt(bytes, next, end));
}

/** The kind of TPDU in the frame at `at`: undefined if it is no frame, 0 if the bytes end before that can be told. */
function kindAt(bytes: Uint8Array, at: number, end: number): number | undefined {
  if (bytes[at] !== 3 || (end - at > 1 && bytes[at + 1] !== 0)) return undefined;
  if (end - at < headLength) return 0;
  return readU16(bytes, at + 2) < frameHeader + 1 + bytes[at + 4]! ? undefined : bytes[at + 5]! & 0xf0;
}

/** `02 f0 80`, then protocol, 0x32, and kind of message: job, 1; acknowledgment, 2, or with data, 3; user data, 7. */
function detectData(bytes: Uint8Array, at: number, end: number, kind: number | undefined): Verdict {
  if (kind === 0) return Verdict.needMore;
  if (kind !== data || bytes[at + 4] !== 2) return Verdict.no;
  if (end - at < messageOffset + 2) return Verdict.needMore;
  if (bytes[at + messageOffset] !== protocolId) return Verdict.no;
  switch (bytes[at + messageOffset + 1]) {
    case 1:
      return Verdict.client;
    case 2:
    case 3:
      return Verdict.server;
    case 7:
      return Verdict.either;
    default:
      return Verdict.no;
  }
}
