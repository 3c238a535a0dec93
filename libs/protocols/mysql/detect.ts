import { Match, matchAny } from '../sdk/detect-text.ts';
import { Verdict } from '../sdk/module.ts';
import { CommandCode, readLength } from './protocol.ts';

/** Longest server version that is looked at, in bytes. */
const versionLimit = 64;
/** Bytes of a handshake packet: far more than any server sends. */
const packetLimit = 1024;

const headerLength = 4;
/** What a server begins with: an error, or the version of its protocol. */
const error = 0xff;
const versions: readonly number[] = [9, 10];
/** Numbers of the errors that a server sends; what is below belongs to client libraries. */
const firstError = 1000;
const lastError = 9999;

/** What statements begin with, comments that programs put in front of them among it. */
const beginnings = (
  'SELECT (SELECT WITH INSERT UPDATE DELETE REPLACE SET SHOW BEGIN START COMMIT ROLLBACK SAVEPOINT RELEASE CALL USE CREATE ALTER DROP TRUNCATE RENAME LOCK UNLOCK LOAD ' +
  'EXPLAIN DESC ANALYZE OPTIMIZE CHECK GRANT REVOKE FLUSH KILL PREPARE EXECUTE DEALLOCATE DO XA HANDLER TABLE VALUES /*'
).split(' ');

/**
 * The server's first packet: length, 3, little-endian; sequence 0; and then a greeting, or an error in its place where nobody may sign in: the host is not allowed, or there are
 * too many connections (MySQL client/server protocol, Connection Phase). Connections of a pool live for days: of one whose beginning was not captured, a statement of the client's.
 */
export function detectStream(bytes: Uint8Array, start: number, end: number): Verdict {
  if (end - start < headerLength) return Verdict.needMore;
  const length = readLength(bytes, start);
  if (end - start < 6) return headerLength + length > end - start ? Verdict.needMore : Verdict.no;
  if (bytes[start + 3] !== 0) return Verdict.no;
  const kind = bytes[start + headerLength]!;
  if (kind === CommandCode.query || kind === CommandCode.statementPrepare) return detectStatement(bytes, start + headerLength, end, length);
  if (length < 10 || length > packetLimit) return Verdict.no;
  if (kind === error) return detectError(bytes, start + headerLength, end, start + headerLength + length);
  return versions.includes(kind) ? detectGreeting(bytes, start, end) : Verdict.no;
}

/** COM_QUERY or COM_STMT_PREPARE: a code, and the text to the end of a packet, which is all that there is; between them the number of attributes, 0, and of their sets, 1, where that was agreed on. */
function detectStatement(bytes: Uint8Array, start: number, end: number, length: number): Verdict {
  if (start + length !== end) return Verdict.no;
  let at = start + 1;
  if (bytes[at] === 0 && bytes[at + 1] === 1) at += 2;
  while (at < end && isBlank(bytes[at]!)) at++;
  return matchAny(bytes, at, end, beginnings, true) === Match.yes ? Verdict.client : Verdict.no;
}

const isBlank = (octet: number): boolean => octet === 0x20 || (octet >= 0x09 && octet <= 0x0d);

/** Protocol version 10 or 9; server version, ended by 0 (Protocol::HandshakeV10). */
function detectGreeting(bytes: Uint8Array, start: number, end: number): Verdict {
  const stop = Math.min(end, start + 5 + versionLimit);
  for (let at = start + 5; at < stop; at++) {
    const byte = bytes[at]!;
    if (byte === 0) return at > start + 7 ? Verdict.server : Verdict.no;
    const isFirst = at === start + 5;
    if (byte < 0x20 || byte > 0x7e || (isFirst && (byte < 0x30 || byte > 0x39))) return Verdict.no;
  }
  return stop === end ? Verdict.needMore : Verdict.no;
}

/** 0xff; number, 2, little-endian; a text to the end of the packet, which is the last (ERR_Packet). */
function detectError(bytes: Uint8Array, start: number, end: number, packetEnd: number): Verdict {
  if (end > packetEnd) return Verdict.no;
  for (let at = start + 3; at < end; at++) if (bytes[at]! < 0x20) return Verdict.no;
  if (end < packetEnd) return Verdict.needMore;
  const number = bytes[start + 1]! | (bytes[start + 2]! << 8);
  return number >= firstError && number <= lastError ? Verdict.server : Verdict.no;
}
