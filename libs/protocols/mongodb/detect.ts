import { readU32le } from '@orbweaver/kernel/bytes/cursor.ts';
import { Verdict } from '../sdk/module.ts';

/** Largest message that a server takes: 48 MB. */
const messageLimit = 48_000_000;
const headerLength = 16;
const reply = 1;

/** The standard message header: messageLength, requestID, responseTo, opCode, each 32 bits, little-endian (MongoDB wire protocol). */
export function detectStream(bytes: Uint8Array, start: number, end: number): Verdict {
  if (end - start < headerLength) return end - start >= 4 && !isLength(readU32le(bytes, start)) ? Verdict.no : Verdict.needMore;
  if (!isLength(readU32le(bytes, start)) || !isOperation(readU32le(bytes, start + 12)) || isMysql(bytes, start)) return Verdict.no;
  const operation = readU32le(bytes, start + 12);
  if (operation === reply) return Verdict.server;
  if (operation >= 2001 && operation <= 2007) return Verdict.client;
  // A request answers nothing: 0, or -1 from some drivers.
  const responseTo = readU32le(bytes, start + 8);
  return responseTo === 0 || responseTo === 0xffffffff ? Verdict.client : Verdict.server;
}

function isLength(length: number): boolean {
  return length >= headerLength && length <= messageLimit;
}

/** OP_REPLY, OP_UPDATE to OP_KILL_CURSORS, OP_COMMAND, OP_COMMANDREPLY, OP_COMPRESSED, OP_MSG. */
function isOperation(code: number): boolean {
  return code === reply || (code >= 2001 && code <= 2007) || (code >= 2010 && code <= 2013);
}

/** A greeting of MySQL, protocol 10, whose connection has the number of an operation: its version, `8.0.36`, fills what else are two ids. */
function isMysql(bytes: Uint8Array, start: number): boolean {
  const isDigit = bytes[start + 5]! >= 0x30 && bytes[start + 5]! <= 0x39;
  return bytes[start + 4] === 10 && isDigit && (bytes[start + 6] === 0x2e || bytes[start + 7] === 0x2e) && bytes[start + 11] === 0;
}
