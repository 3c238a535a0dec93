import { Cursor } from '@orbweaver/kernel/bytes/cursor.ts';
import { className, RecordType, typeName } from './codes.ts';
import { readEdns, type Edns } from './edns.ts';
import { readName, skipName } from './name.ts';
import { netbiosName, netbiosTypeName, netbiosRdata } from './netbios.ts';
import { rdataText } from './rdata.ts';

/** Octets of the header. */
export const headerLength = 12;

/** Questions of one message that become records; more are counted only. */
export const questionLimit = 32;

/** Records of a section that are kept, through all messages of an answer; more are counted only. */
export const recordLimit = 256;

/** What names and types mean on a port: DNS, multicast DNS and LLMNR (UTF-8 in names), NetBIOS name service. */
export type Dialect = 'dns' | 'mdns' | 'llmnr' | 'nbns';

export interface Question {
  readonly name: string;
  readonly type: number;
  readonly class: number;
}

/** A resource record as it stands in `dns.answers`. */
export interface ResourceRecord {
  readonly [field: string]: string | number;
  readonly name: string;
  readonly type: string;
  readonly class: string;
  readonly ttl: number;
  readonly data: string;
}

/** What is wrong with a message that could not be read to its end. */
export type ParseError = 'cut short' | 'malformed question' | 'malformed record';

export interface Message {
  readonly id: number;
  readonly isResponse: boolean;
  readonly opCode: number;
  /** The flag bits of the header's second 16 bits. */
  readonly flags: number;
  readonly questions: Question[];
  readonly answers: ResourceRecord[];
  readonly authorities: ResourceRecord[];
  /** Addresses among the answers. */
  readonly resolved: string[];
  /** As the header counts them. */
  readonly questionCount: number;
  readonly answerCount: number;
  readonly authorityCount: number;
  readonly additionalCount: number;
  /** Four bits of the header, with EDNS twelve. */
  responseCode: number;
  edns: Edns | undefined;
  signature: { readonly key: string; readonly algorithm: string } | undefined;
  error: ParseError | undefined;
  /** Octets on the wire. */
  readonly bytes: number;
}

export const Flag = {
  response: 0x8000,
  authoritative: 0x0400,
  truncated: 0x0200,
  recursionDesired: 0x0100,
  recursionAvailable: 0x0080,
  authentic: 0x0020,
  checkingDisabled: 0x0010,
} as const;

const cursor = new Cursor();
const rdataCursor = new Cursor();
const rdata = { cursor: rdataCursor, messageStart: 0, utf8: false };

/**
 * Reads one message (RFC 1035, section 4), whole or as far as it goes: `error` says what stopped it. `wireLength` is its length on the wire, if
 * the capture cut it. Undefined if there is not even a header.
 *
 *     id(16) QR(1) opcode(4) AA TC RD RA Z AD CD (1 each) rcode(4) then four counts(16): questions, answers, authorities, additionals
 */
export function readMessage(bytes: Uint8Array, start: number, end: number, wireLength: number, dialect: Dialect): Message | undefined {
  if (end - start < headerLength) return undefined;
  cursor.reset(bytes, start, end);
  const id = cursor.u16();
  const flags = cursor.u16();
  const message: Message = {
    id,
    isResponse: (flags & Flag.response) !== 0,
    opCode: (flags >> 11) & 15,
    flags,
    questions: [],
    answers: [],
    authorities: [],
    resolved: [],
    questionCount: cursor.u16(),
    answerCount: cursor.u16(),
    authorityCount: cursor.u16(),
    additionalCount: cursor.u16(),
    responseCode: flags & 15,
    edns: undefined,
    signature: undefined,
    error: undefined,
    bytes: wireLength,
  };
  message.error = readSections(message, start, dialect) ? undefined : errorOf(message, wireLength > end - start);
  return message;
}

function errorOf(message: Message, cut: boolean): ParseError {
  if (cut && cursor.overrun) return 'cut short';
  return message.questions.length < Math.min(message.questionCount, questionLimit) ? 'malformed question' : 'malformed record';
}

function readSections(message: Message, start: number, dialect: Dialect): boolean {
  return (
    readQuestions(message, start, dialect) &&
    readRecords(message, message.answers, message.answerCount, start, dialect) &&
    readRecords(message, message.authorities, message.authorityCount, start, dialect) &&
    readAdditionals(message, start)
  );
}

/** In multicast DNS the top bit of a class is a flag: answer by unicast, or flush the cache (RFC 6762, section 18). */
const classMask = (dialect: Dialect): number => (dialect === 'mdns' ? 0x7fff : 0xffff);

/** name type(16) class(16) */
function readQuestions(message: Message, start: number, dialect: Dialect): boolean {
  for (let i = 0; i < message.questionCount; i++) {
    const name = nameText(start, dialect);
    const type = cursor.u16();
    const code = cursor.u16() & classMask(dialect);
    if (name === undefined || cursor.overrun) return false;
    if (i < questionLimit) message.questions.push({ name, type, class: code });
  }
  return true;
}

/** name type(16) class(16) ttl(32) length(16) data */
function readRecords(message: Message, into: ResourceRecord[], count: number, start: number, dialect: Dialect): boolean {
  for (let i = 0; i < count; i++) {
    if (into.length >= recordLimit) {
      if (!skipRecord()) return false;
      continue;
    }
    const name = nameText(start, dialect);
    const type = cursor.u16();
    const code = cursor.u16() & classMask(dialect);
    const ttl = cursor.u32();
    const at = takeData();
    if (name === undefined || at < 0) return false;
    into.push(buildRecord(name, type, code, ttl, at, start, dialect));
    if (into === message.answers && (type === RecordType.a || type === RecordType.aaaa)) noteAddress(message, type, at);
  }
  return true;
}

/** Of the additional records only those that speak about the message itself are read: EDNS and the signature. */
function readAdditionals(message: Message, start: number): boolean {
  for (let i = 0; i < message.additionalCount; i++) {
    const nameAt = cursor.offset;
    if (!skipName(cursor)) return false;
    const type = cursor.u16();
    const code = cursor.u16();
    const ttl = cursor.u32();
    const at = takeData();
    if (at < 0) return false;
    if (type === RecordType.opt && message.edns === undefined) {
      message.edns = readEdns(rdataCursor.reset(cursor.bytes, at, cursor.offset), code, ttl);
      if (message.isResponse) message.responseCode |= (ttl >>> 24) << 4;
    } else if (type === RecordType.tsig) {
      const key = readName(rdataCursor.reset(cursor.bytes, nameAt, at), start, false);
      const algorithm = readName(rdataCursor.reset(cursor.bytes, at, cursor.offset), start, false);
      if (key !== undefined && algorithm !== undefined) message.signature = { key, algorithm };
    }
  }
  return true;
}

function skipRecord(): boolean {
  return skipName(cursor) && cursor.take(8) >= 0 && takeData() >= 0;
}

/** Passes over length and data; gives where the data began, or -1. */
function takeData(): number {
  const length = cursor.u16();
  return cursor.overrun ? -1 : cursor.take(length);
}

function nameText(start: number, dialect: Dialect): string | undefined {
  const name = readName(cursor, start, dialect === 'mdns' || dialect === 'llmnr');
  return dialect === 'nbns' && name !== undefined ? netbiosName(name) : name;
}

function buildRecord(name: string, type: number, code: number, ttl: number, at: number, start: number, dialect: Dialect): ResourceRecord {
  rdataCursor.reset(cursor.bytes, at, cursor.offset);
  rdata.messageStart = start;
  rdata.utf8 = dialect === 'mdns';
  const data = (dialect === 'nbns' ? netbiosRdata(rdataCursor, type) : undefined) ?? rdataText(type, rdata);
  return { name, type: typeText(type, dialect), class: className(code), ttl, data };
}

export function typeText(type: number, dialect: Dialect): string {
  return dialect === 'nbns' ? netbiosTypeName(type) : typeName(type);
}

function noteAddress(message: Message, type: number, at: number): void {
  const { data } = message.answers[message.answers.length - 1]!;
  const length = cursor.offset - at;
  if (length === (type === RecordType.a ? 4 : 16) && !message.resolved.includes(data)) message.resolved.push(data);
}
