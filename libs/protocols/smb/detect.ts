import { Match, matchText } from '../sdk/detect-text.ts';
import { Verdict } from '../sdk/module.ts';

/** The header of a NetBIOS session message, or of direct TCP: a type and 24 bits of length (RFC 1002, section 4.3.1; [MS-SMB2], section 2.1). */
const frameHeader = 4;
const sessionMessage = 0x00;
const sessionRequest = 0x81;
/** Offsets of the flags that tell an answer, from the beginning of the frame. */
const flags1 = frameHeader + 9;
const flags2 = frameHeader + 16;
const isReply1 = 0x80;
const isReply2 = 0x01;
const headerSize2 = 64;
/** Octets of an encoded NetBIOS name: a length, 32 letters from A to P, and a zero (RFC 1001, section 14.1). */
const nameLength = 34;

/** A frame with `FF SMB` (SMB 1), `FE SMB` (SMB 2 and 3), `FD SMB` (encrypted) or `FC SMB` (compressed); or the request for a session that comes before on port 139. */
export function detectStream(bytes: Uint8Array, start: number, end: number): Verdict {
  if (bytes[start] === sessionRequest) return detectRequest(bytes, start, end);
  if (bytes[start] !== sessionMessage) return Verdict.no;
  if (end - start < frameHeader + 1) return Verdict.needMore;
  const version = bytes[start + frameHeader]!;
  if (version < 0xfc) return Verdict.no;
  const name = matchText(bytes, start + frameHeader + 1, end, 'SMB');
  if (name !== Match.yes) return name === Match.no ? Verdict.no : Verdict.needMore;
  if (version < 0xfe) return Verdict.either;
  const at = start + (version === 0xff ? flags1 : flags2);
  if (at >= end) return Verdict.needMore;
  if (version === 0xff) return (bytes[at]! & isReply1) === 0 ? Verdict.client : Verdict.server;
  // The size of the header, in octets.
  if (bytes[start + frameHeader + 4] !== headerSize2) return Verdict.no;
  return (bytes[at]! & isReply2) === 0 ? Verdict.client : Verdict.server;
}

/** Two names, of the server and of the client. */
function detectRequest(bytes: Uint8Array, start: number, end: number): Verdict {
  const length = [0, 0, 2 * nameLength];
  for (let i = 0; i < length.length; i++) {
    if (start + 1 + i >= end) return Verdict.needMore;
    if (bytes[start + 1 + i] !== length[i]) return Verdict.no;
  }
  for (let i = 0; i < nameLength; i++) {
    const at = start + frameHeader + i;
    if (at >= end) return Verdict.needMore;
    const byte = bytes[at]!;
    const isRight = i === 0 ? byte === 0x20 : i === nameLength - 1 ? byte === 0 : byte >= 0x41 && byte <= 0x50;
    if (!isRight) return Verdict.no;
  }
  return Verdict.client;
}
