import { readU32le } from '@orbweaver/kernel/bytes/cursor.ts';
import { Verdict } from '../sdk/module.ts';

/** Largest message that a server takes: 48 MB. */
const messageLimit = 48_000_000;
const headerLength = 16;
/** The header and 32 bits behind it, which every message has. */
const leastLength = headerLength + 4;
const reply = 1;
const command = 2010;
const commandReply = 2011;
const compressed = 2012;
/** Of an empty BSON document, in octets. */
const leastDocument = 5;
/** Flags that may be set in those bits, by the operation: OP_REPLY, OP_UPDATE, OP_INSERT, OP_QUERY, OP_GET_MORE, OP_DELETE, OP_KILL_CURSORS, OP_MSG. */
const flagsOf = new Map([
  [reply, 0xf],
  [2001, 0],
  [2002, 1],
  [2004, 0xfe],
  [2005, 0],
  [2006, 0],
  [2007, 0],
  [2013, 0x1_0003],
]);

/**
 * The standard message header: messageLength, requestID, responseTo, opCode, each 32 bits, little-endian (MongoDB wire protocol). A MySQL server's greeting
 * has its connection's number where opCode stands, so that what follows is looked at too.
 */
export function detectStream(bytes: Uint8Array, start: number, end: number): Verdict {
  if (end - start < leastLength) return end - start >= 4 && !isLength(readU32le(bytes, start)) ? Verdict.no : Verdict.needMore;
  if (!isLength(readU32le(bytes, start)) || !isOperation(readU32le(bytes, start + 12))) return Verdict.no;
  const operation = readU32le(bytes, start + 12);
  if (!isBody(operation, readU32le(bytes, start + headerLength))) return Verdict.no;
  if (operation === reply) return Verdict.server;
  if (operation >= 2001 && operation <= 2007) return Verdict.client;
  // A request answers nothing: 0, or -1 from some drivers.
  const responseTo = readU32le(bytes, start + 8);
  if (responseTo === 0 || responseTo === 0xffffffff) return Verdict.client;
  return operation === command ? Verdict.no : Verdict.server;
}

function isLength(length: number): boolean {
  return length >= leastLength && length <= messageLimit;
}

/** Whether a message of this operation may begin with these bits: flags, the length of a document, or the operation that is compressed. */
function isBody(operation: number, bits: number): boolean {
  if (operation === compressed) return isOperation(bits);
  if (operation === commandReply) return bits >= leastDocument && bits <= messageLimit;
  const flags = flagsOf.get(operation);
  return flags === undefined || (bits & ~flags) === 0;
}

/** OP_REPLY, OP_UPDATE to OP_KILL_CURSORS without what is reserved among them, OP_COMMAND, OP_COMMANDREPLY, OP_COMPRESSED, OP_MSG. */
function isOperation(code: number): boolean {
  return code === reply || (code >= 2001 && code <= 2007 && code !== 2003) || (code >= 2010 && code <= 2013);
}
