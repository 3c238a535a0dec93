import { readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Verdict } from '../sdk/module.ts';
import { Frontend, isOneCycle, isStep } from './messages.ts';

/** Startup packets carry one of these in place of a version: cancel, TLS, GSSAPI; else 3.0, 3.2 or one that is not yet (PostgreSQL documentation, section 54.7). */
export const StartupCode = { cancel: 80877102, tls: 80877103, gss: 80877104, version3: 196608, version32: 196610 } as const;

/** Longest startup packet that a server takes, in octets (MAX_STARTUP_PACKET_LENGTH). */
export const startupLimit = 10_000;
/** Length of a CancelRequest: 12 and the secret key, of 4 octets in version 3.0 and of up to 256 in 3.2 (section 54.7, BackendKeyData). */
const cancelLengths = { least: 16, most: 12 + 256 } as const;
/** Kind and length. */
const messageHeader = 5;
const authentication = 0x52;
const error = 0x45;

/**
 * The client's startup packet: length, 4; version or code, 4. Or the server's answer: `R` and the kind of authentication, `E` and a severity. Connections of a pool live for days: of one whose
 * beginning was not captured, a question of the client's.
 */
export function detectStream(bytes: Uint8Array, start: number, end: number): Verdict {
  const first = bytes[start]!;
  if (first === authentication) return detectAuthentication(bytes, start, end);
  if (isWholeQuestion(bytes, start, end)) return Verdict.client;
  if (first === error) return detectError(bytes, start, end);
  if (first !== 0) return Verdict.no;
  if (end - start < 8) return Verdict.needMore;
  const length = readU32(bytes, start);
  const code = readU32(bytes, start + 4);
  if (code === StartupCode.tls || code === StartupCode.gss) return length === 8 ? Verdict.client : Verdict.no;
  if (code === StartupCode.cancel) return length >= cancelLengths.least && length <= cancelLengths.most ? Verdict.client : Verdict.no;
  if (length < 9 || length > startupLimit || code >>> 16 !== 3) return Verdict.no;
  return code === StartupCode.version3 || code === StartupCode.version32 ? Verdict.client : detectName(bytes, start + 8, end);
}

/** A client may ask for a minor version that no server has, and is answered with one that it has (section 54.2.1). The name of a parameter tells that it is one. */
function detectName(bytes: Uint8Array, at: number, end: number): Verdict {
  if (at >= end) return Verdict.needMore;
  const letter = bytes[at]!;
  return (letter >= 0x61 && letter <= 0x7a) || letter === 0x5f ? Verdict.client : Verdict.no;
}

/** Steps of the extended protocol with their Sync, or a query whose text is one: lengths that agree to the last octet tell them from anything else. */
function isWholeQuestion(bytes: Uint8Array, start: number, end: number): boolean {
  const kind = bytes[start]!;
  if (kind === Frontend.query) return isOneCycle(bytes, start, end) && bytes.indexOf(0, start + messageHeader) === end - 1;
  return isStep(kind) && kind !== Frontend.flush && isOneCycle(bytes, start, end);
}

function detectAuthentication(bytes: Uint8Array, start: number, end: number): Verdict {
  if (end - start < 9) return Verdict.needMore;
  const length = readU32(bytes, start + 1);
  return length >= 8 && length <= startupLimit && readU32(bytes, start + 5) <= 12 ? Verdict.server : Verdict.no;
}

/** `E`, length, then fields of a letter and a text; the first is the severity. */
function detectError(bytes: Uint8Array, start: number, end: number): Verdict {
  if (end - start < 7) return Verdict.needMore;
  const length = readU32(bytes, start + 1);
  const severity = bytes[start + 6]!;
  // FATAL, ERROR or PANIC.
  const isSeverity = severity === 0x46 || severity === 0x45 || severity === 0x50;
  return length >= 8 && length <= startupLimit && bytes[start + 5] === 0x53 && isSeverity ? Verdict.server : Verdict.no;
}
