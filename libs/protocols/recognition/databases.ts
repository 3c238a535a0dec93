import { readU32, readU32le, readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Verdict } from '../sdk/module.ts';
import { Match, isPrintable, matchText } from './match.ts';
import type { Signature } from './signature.ts';

/** Requests of PostgreSQL's first message: protocol 3.x, cancel, SSL, GSS encryption. Length, then the code. */
const postgresqlCodes = [0x00030000, 0x00030002, 80877102, 80877103, 80877104];
export const postgresql: Signature = {
  name: 'postgresql',
  stream(bytes, start, end) {
    if (bytes[start] === 0x52 && end - start >= 9) {
      // AuthenticationXXX: 'R', length, kind.
      const length = readU32(bytes, start + 1);
      return length >= 8 && length < 1024 && readU32(bytes, start + 5) <= 12 ? Verdict.server : Verdict.no;
    }
    if (end - start < 8) return bytes[start] === 0 || bytes[start] === 0x52 ? Verdict.needMore : Verdict.no;
    const length = readU32(bytes, start);
    return length >= 8 && length <= 10_000 && postgresqlCodes.includes(readU32(bytes, start + 4)) ? Verdict.client : Verdict.no;
  },
};

/**
 * MySQL's server greeting: length (3, little-endian), sequence 0, protocol 10, version text ended by 0. A refusal has 0xff and an error number in
 * place of the protocol.
 */
export const mysql: Signature = {
  name: 'mysql',
  stream(bytes, start, end, ports) {
    if (end - start < 7) return end - start < 4 || bytes[start + 3] === 0 ? Verdict.needMore : Verdict.no;
    const length = bytes[start]! | (bytes[start + 1]! << 8) | (bytes[start + 2]! << 16);
    if (bytes[start + 3] === 0 && bytes[start + 4] === 0x0a && length >= 20 && length <= 512) {
      const zero = bytes.indexOf(0, start + 5);
      return zero > start + 5 && zero < end && zero - start < 80 && isPrintable(bytes, start + 5, zero) ? Verdict.server : Verdict.no;
    }
    if (bytes[start + 3] === 0 && bytes[start + 4] === 0xff && length === end - start - 4 && ports.senderPort === 3306)
      return Verdict.server;
    // The login answers the greeting: sequence 1, capabilities with protocol 4.1, and 23 bytes of zero.
    if (bytes[start + 3] === 1 && length >= 32 && end - start >= 36 && (bytes[start + 5]! & 0x02) !== 0) {
      for (let i = start + 13; i < start + 32; i++) if (bytes[i] !== 0) return Verdict.no;
      return Verdict.client;
    }
    return Verdict.no;
  },
};

/** RESP: a command is an array of bulk strings, `*2\r\n$4\r\n`. */
export const redis: Signature = {
  name: 'redis',
  stream(bytes, start, end, ports) {
    if (bytes[start] !== 0x2a) {
      const isInline = ports.receiverPort === 6379 && matchText(bytes, start, end, 'ping\r\n', true) === Match.yes;
      return isInline ? Verdict.client : Verdict.no;
    }
    let at = start + 1;
    while (at < end && bytes[at]! >= 0x30 && bytes[at]! <= 0x39) at++;
    if (at === start + 1 || at - start > 8) return at < end || at - start > 8 ? Verdict.no : Verdict.needMore;
    const match = matchText(bytes, at, end, '\r\n$');
    return match === Match.yes ? Verdict.client : match === Match.partly ? Verdict.needMore : Verdict.no;
  },
};

/** OP_REPLY, OP_UPDATE, OP_INSERT, OP_QUERY, OP_GET_MORE, OP_DELETE, OP_KILL_CURSORS, OP_COMPRESSED, OP_MSG. */
const mongoOperations = [1, 2001, 2002, 2004, 2005, 2006, 2007, 2012, 2013];
/** MongoDB: length, request id, the id it answers, operation, each 4 bytes little-endian. */
export const mongodb: Signature = {
  name: 'mongodb',
  stream(bytes, start, end) {
    if (end - start < 16) return end - start < 4 || bytes[start + 3]! <= 2 ? Verdict.needMore : Verdict.no;
    const length = readU32le(bytes, start);
    if (length < 16 || length > 48_000_000 || !mongoOperations.includes(readU32le(bytes, start + 12))) return Verdict.no;
    return readU32le(bytes, start + 8) === 0 ? Verdict.client : Verdict.server;
  },
};

/** Kafka: length, API key and version (2 each), correlation id (4), client id (2 for its length, text). */
export const kafka: Signature = {
  name: 'kafka',
  stream(bytes, start, end) {
    if (end - start < 14) return end - start < 2 || bytes[start] === 0 ? Verdict.needMore : Verdict.no;
    const length = readU32(bytes, start);
    const clientId = readU16(bytes, start + 12);
    if (length < 10 || length > 104_857_600 || readU16(bytes, start + 4) > 80 || readU16(bytes, start + 6) > 20) return Verdict.no;
    if (clientId === 0 || clientId > 255 || clientId + 10 > length || start + 14 + clientId > end) return Verdict.no;
    return isPrintable(bytes, start + 14, start + 14 + clientId) ? Verdict.client : Verdict.no;
  },
};

/** MQTT CONNECT: 0x10, remaining length, protocol name (OASIS MQTT 3.1.1 and 5, section 3.1). */
export const mqtt: Signature = {
  name: 'mqtt',
  stream(bytes, start, end) {
    if (bytes[start] !== 0x10) return Verdict.no;
    let at = start + 1;
    while (at < end && at < start + 4 && (bytes[at]! & 0x80) !== 0) at++;
    at++;
    if (at + 8 > end) return Verdict.needMore;
    const known = matchText(bytes, at, end, '\0\x04MQTT') === Match.yes || matchText(bytes, at, end, '\0\x06MQIsdp') === Match.yes;
    return known ? Verdict.client : Verdict.no;
  },
};

/** AMQP's protocol header. */
export const amqp: Signature = {
  name: 'amqp',
  stream(bytes, start, end) {
    const match = matchText(bytes, start, end, 'AMQP');
    return match === Match.yes ? Verdict.client : match === Match.partly ? Verdict.needMore : Verdict.no;
  },
};
