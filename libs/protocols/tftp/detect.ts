import { Match, matchAny } from '../sdk/detect-text.ts';
import { Verdict } from '../sdk/module.ts';

const modes = ['OCTET\0', 'NETASCII\0', 'MAIL\0'];
/** Longest file name that is looked at, in bytes. */
const nameLimit = 512;

/** A read or write request: opcode 1 or 2, file name, mode (RFC 1350, section 5). The answers come from another port. */
export function detectDatagram(bytes: Uint8Array, start: number, end: number): Verdict {
  if (bytes[start] !== 0 || (bytes[start + 1] !== 1 && bytes[start + 1] !== 2)) return Verdict.no;
  const zero = bytes.subarray(0, Math.min(end, start + 2 + nameLimit)).indexOf(0, start + 2);
  if (zero < start + 3) return Verdict.no;
  return matchAny(bytes, zero + 1, end, modes, true) === Match.yes ? Verdict.client : Verdict.no;
}
