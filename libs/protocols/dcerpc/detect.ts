import { Verdict } from '../sdk/module.ts';

const headerLength = 16;
/** What precedes the value of an authentication verifier (section 13.2.6.1). */
const verifierHeader = 8;
const firstFragment = 0x01;
/** Request, bind, alter_context, auth3 ([MS-RPCE], section 2.2.2.10), co_cancel, orphaned. */
const clientTypes: readonly number[] = [0, 11, 14, 16, 18, 19];
/** Response, fault, bind_ack, bind_nak, alter_context_resp, shutdown. */
const serverTypes: readonly number[] = [2, 3, 12, 13, 15, 17];

export const mayBegin = (octet: number): boolean => octet === 5;

/**
 * The common header of a connection-oriented PDU (DCE 1.1: Remote Procedure Call, C706, section 12.6.3.1): version, 5; minor version, 0 or 1; type; flags; data
 * representation, 4 (section 14.1); length of the fragment, 2; length of the verifier, 2; call, 4.
 */
export function detectStream(bytes: Uint8Array, start: number, end: number): Verdict {
  if (bytes[start] !== 5 || (end - start > 1 && bytes[start + 1]! > 1)) return Verdict.no;
  if (end - start < headerLength) return Verdict.needMore;
  const isSound = (bytes[start + 3]! & firstFragment) !== 0 && isRepresentation(bytes, start + 4) && isLengthSound(bytes, start);
  if (!isSound) return Verdict.no;
  const type = bytes[start + 2]!;
  if (clientTypes.includes(type)) return Verdict.client;
  return serverTypes.includes(type) ? Verdict.server : Verdict.no;
}

/** Order of integers and kind of characters, each 0 or 1 in a half of an octet; kind of floating point, 0 to 3; two octets of zero. */
function isRepresentation(bytes: Uint8Array, at: number): boolean {
  return (bytes[at]! & 0xee) === 0 && bytes[at + 1]! <= 3 && bytes[at + 2] === 0 && bytes[at + 3] === 0;
}

function isLengthSound(bytes: Uint8Array, start: number): boolean {
  const isLittleEndian = (bytes[start + 4]! & 0x10) !== 0;
  const [low, high] = isLittleEndian ? [0, 1] : [1, 0];
  const fragment = bytes[start + 8 + low]! | (bytes[start + 8 + high]! << 8);
  const verifier = bytes[start + 10 + low]! | (bytes[start + 10 + high]! << 8);
  return fragment >= headerLength + (verifier === 0 ? 0 : verifierHeader + verifier);
}
