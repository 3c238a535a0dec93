import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { isPrintable } from '../sdk/detect-text.ts';
import { Verdict, type PortHint } from '../sdk/module.ts';

/** IANA: socks. */
const port = 1080;
/** Longest user id or host name of a version 4 request, in bytes. */
export const textLimit = 255;

/** The client's first message: version 5, or a version 4 request. */
export function detectStream(bytes: Uint8Array, start: number, end: number, ports: PortHint): Verdict {
  if (bytes[start] === 5) return detectGreeting(bytes, start, end, ports);
  return bytes[start] === 4 ? detectVersion4(bytes, start, end) : Verdict.no;
}

/** Version, number of methods, methods (RFC 1928, section 3). Most clients wait for the answer; some have the request right behind. */
function detectGreeting(bytes: Uint8Array, start: number, end: number, ports: PortHint): Verdict {
  if (end - start < 2) return Verdict.needMore;
  const count = bytes[start + 1]!;
  if (count === 0 || count > 16) return Verdict.no;
  const stop = start + 2 + count;
  if (end < stop) return Verdict.needMore;
  for (let at = start + 2; at < stop; at++) if (!isMethod(bytes[at]!)) return Verdict.no;
  return end === stop || ports.receiverPort === port || beginsRequest(bytes, stop, end) ? Verdict.client : Verdict.no;
}

/** Version, command 1 to 3, 0, address type 1, 3 or 4, and four bytes at least of what follows (section 4). */
function beginsRequest(bytes: Uint8Array, at: number, end: number): boolean {
  const command = bytes[at + 1]!;
  const type = bytes[at + 3]!;
  return (
    end - at >= 8 && bytes[at] === 5 && command >= 1 && command <= 3 && bytes[at + 2] === 0 && (type === 1 || type === 3 || type === 4)
  );
}

/** None, GSSAPI, user name, those of IANA's registry, and private ones. */
function isMethod(method: number): boolean {
  return method <= 9 || (method >= 0x80 && method <= 0xfe);
}

/** Version, command 1 or 2, port, address, user id ended by 0 (SOCKS 4), and for an address 0.0.0.x a host name ended by 0 (SOCKS 4A). */
function detectVersion4(bytes: Uint8Array, start: number, end: number): Verdict {
  if (end - start < 9) return Verdict.needMore;
  const command = bytes[start + 1]!;
  if ((command !== 1 && command !== 2) || readU16(bytes, start + 2) === 0) return Verdict.no;
  const zero = bytes.subarray(0, Math.min(end, start + 9 + textLimit)).indexOf(0, start + 8);
  if (zero < 0) return end - start < 9 + textLimit && isPrintable(bytes, start + 8, end) ? Verdict.needMore : Verdict.no;
  return isPrintable(bytes, start + 8, zero) ? Verdict.client : Verdict.no;
}
