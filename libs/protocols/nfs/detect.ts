import { readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Verdict } from '../sdk/module.ts';

/** Marks the last fragment of a record; NFS clients send a call as one. */
const lastFragment = 0x80;
const recordMark = 4;
const call = 0;
const rpcVersion = 2;
const nfsProgram = 100_003;
/** Up to the procedure. */
const headLength = 24;

/** No call is as long as 16 MB. */
export const mayBeginStream = (octet: number): boolean => octet === lastFragment;

/** A record of ONC RPC over TCP (RFC 5531, section 11). */
export function detectStream(bytes: Uint8Array, start: number, end: number): Verdict {
  if (bytes[start] !== lastFragment) return Verdict.no;
  return end - start < recordMark + headLength ? Verdict.needMore : detectDatagram(bytes, start + recordMark, end);
}

/** A call: transaction, direction, version of RPC, program, its version 2 to 4, procedure, each 32 bits (RFC 5531, section 9). An answer does not name the program. */
export function detectDatagram(bytes: Uint8Array, start: number, end: number): Verdict {
  if (end - start < headLength || readU32(bytes, start + 4) !== call || readU32(bytes, start + 8) !== rpcVersion) return Verdict.no;
  const version = readU32(bytes, start + 16);
  return readU32(bytes, start + 12) === nfsProgram && version >= 2 && version <= 4 ? Verdict.client : Verdict.no;
}
