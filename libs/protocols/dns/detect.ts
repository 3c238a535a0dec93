import { Cursor, readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Verdict, type PortHint } from '../sdk/module.ts';
import { isKnownClass, isKnownOpCode, isKnownType, OpCode } from './codes.ts';
import type { Dialect } from './message.ts';
import { Flag, headerLength } from './message.ts';
import { skipName } from './name.ts';
import { isEncodedName, isNetbiosOperation, netbiosPort } from './netbios.ts';

const dnsPort = 53;
const mdnsPort = 5353;
const llmnrPort = 5355;

/** Questions that a sane message asks at most (multicast DNS asks several). */
const plausibleQuestions = 64;
const plausibleRecords = 4096;

const cursor = new Cursor();

/** Which of the family is spoken: the port that is called says so; NetBIOS is spoken from its port as well. */
export function dialectOf(clientPort: number, serverPort: number): Dialect {
  if (serverPort === mdnsPort) return 'mdns';
  if (serverPort === llmnrPort) return 'llmnr';
  return serverPort === netbiosPort || (clientPort === netbiosPort && serverPort !== dnsPort) ? 'nbns' : 'dns';
}

/**
 * One datagram. On a port of the family a sane header and first question (or, in an answer without one, records) are enough, so that
 * cut and odd messages are still seen; if its operation or the class of its question was given to nobody, the whole message must parse, to its last byte.
 * So it must elsewhere, with types and classes that exist.
 * Who sends to the multicast DNS port plays no role: answers are sent there as well.
 */
export function detectDatagram(bytes: Uint8Array, start: number, end: number, ports: PortHint): Verdict {
  cursor.reset(bytes, start, end);
  const known = isFamilyPort(ports.senderPort) || isFamilyPort(ports.receiverPort);
  const netbios = ports.senderPort === netbiosPort || ports.receiverPort === netbiosPort;
  const verdict = readSane(known, netbios);
  if (verdict !== Verdict.client && verdict !== Verdict.server) return Verdict.no;
  return ports.receiverPort === mdnsPort ? Verdict.either : verdict;
}

/**
 * The first bytes of a stream: length(16), then a message. The rules are the same; `needMore` until the first question is
 * there, and off port 53 until the message is, if it fits the detection limit at all.
 */
export function detectStream(bytes: Uint8Array, start: number, end: number, ports: PortHint): Verdict {
  cursor.reset(bytes, start, end);
  const length = cursor.u16();
  if (cursor.overrun) return Verdict.needMore;
  if (length < headerLength) return Verdict.no;
  const messageEnd = start + 2 + length;
  const isWhole = end >= messageEnd;
  cursor.reset(bytes, start + 2, isWhole ? messageEnd : end);
  const known = isFamilyPort(ports.senderPort) || isFamilyPort(ports.receiverPort);
  const verdict = readSane(known, false);
  return verdict === Verdict.needMore && isWhole ? Verdict.no : verdict;
}

const isFamilyPort = (port: number): boolean => port === dnsPort || port === mdnsPort || port === llmnrPort || port === netbiosPort;

/** Reads from the header on: `no`, or who sent it, or `needMore` where the bytes end too early. */
function readSane(lenient: boolean, netbios: boolean): Verdict {
  cursor.skip(2);
  const flags = cursor.u16();
  const [questions, answers, authorities, additionals] = [cursor.u16(), cursor.u16(), cursor.u16(), cursor.u16()];
  const opCode = (flags >> 11) & 15;
  const isResponse = (flags & Flag.response) !== 0;
  const isGiven = netbios ? isNetbiosOperation(opCode) : isKnownOpCode(opCode);
  if (!isGiven && (netbios || !lenient)) return Verdict.no;
  if (cursor.overrun) return Verdict.needMore;
  if (!isGiven && questions === 0) return Verdict.no;
  if (questions > plausibleQuestions || answers + authorities + additionals > plausibleRecords) return Verdict.no;
  if (!isResponse && !lenient && !isSaneQuery(flags, questions, answers)) return Verdict.no;
  const sender = isResponse ? Verdict.server : Verdict.client;
  if (questions === 0) return withoutQuestion(sender, lenient, answers + authorities + additionals, flags, opCode);
  const looked = lenient ? 1 : questions;
  const verdict = readQuestions(looked, lenient, netbios);
  if (verdict !== Verdict.either) return verdict;
  if (lenient && isGiven && isKnownClass(classBefore(cursor.offset))) return sender;
  // An operation or a class that nobody was given is no objection on such a port if the whole message is sound.
  const others = readQuestions(questions - looked, lenient, netbios);
  return others === Verdict.either ? readRest(sender, answers + authorities + additionals) : others;
}

/** The class of a question that ends at `at`, without the flag that multicast DNS has in it. */
const classBefore = (at: number): number => readU16(cursor.bytes, at - 2) & 0x7fff;

/** A query has no response code and no answers. */
function isSaneQuery(flags: number, questions: number, answers: number): boolean {
  return (flags & 15) === 0 && questions > 0 && answers === 0;
}

/**
 * Multicast answers have no question, nor has an answer to a query that the server could not read (a header, an error code); a
 * stateful operation (RFC 8490) counts nothing at all.
 */
function withoutQuestion(sender: Verdict, lenient: boolean, records: number, flags: number, opCode: number): Verdict {
  if (!lenient) return Verdict.no;
  if (records === 0 && opCode === OpCode.stateful) return sender;
  if (records === 0) return sender === Verdict.server && cursor.remaining === 0 && (flags & 15) !== 0 ? sender : Verdict.no;
  return readRecord() ? sender : cursor.overrun ? Verdict.needMore : Verdict.no;
}

/** `either` once all are read. */
function readQuestions(count: number, lenient: boolean, netbios: boolean): Verdict {
  for (; count > 0; count--) {
    const at = cursor.offset;
    if (!skipName(cursor)) return cursor.overrun ? Verdict.needMore : Verdict.no;
    const type = cursor.u16();
    cursor.skip(2);
    if (cursor.overrun) return Verdict.needMore;
    if ((!lenient || netbios) && !isKnownClass(classBefore(cursor.offset))) return Verdict.no;
    if (!lenient && !isKnownType(type)) return Verdict.no;
    if (netbios && (cursor.bytes[at] !== 32 || !isEncodedName(cursor.bytes, at + 1))) return Verdict.no;
  }
  return Verdict.either;
}

function readRest(sender: Verdict, records: number): Verdict {
  for (; records > 0; records--) {
    if (!readRecord()) return cursor.overrun ? Verdict.needMore : Verdict.no;
  }
  return cursor.remaining === 0 ? sender : Verdict.no;
}

function readRecord(): boolean {
  if (!skipName(cursor)) return false;
  const type = cursor.u16();
  cursor.skip(6);
  const length = cursor.u16();
  return !cursor.overrun && cursor.take(length) >= 0 && type !== 0;
}
