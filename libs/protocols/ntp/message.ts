import { readU16, readU32 } from '@orbweaver/kernel/bytes/cursor.ts';

/** Association modes, and the two that are message formats of their own (RFC 5905, figure 10; RFC 9327). */
export const Mode = {
  symmetricActive: 1,
  symmetricPassive: 2,
  client: 3,
  server: 4,
  broadcast: 5,
  control: 6,
  private: 7,
} as const;

/** Octets of the header that modes 1 to 5 share (RFC 5905, section 7.3). */
const headerLength = 48;
/** Octets of a control message before its data (RFC 9327, section 2), and of a private one (`ntp_request.h` of the reference implementation). */
const shortHeaderLength = { control: 12, private: 8 } as const;

/** The header of modes 1 to 5. Intervals in seconds, times in NTP's 64 bits. */
export interface TimeHeader {
  readonly leap: number;
  readonly stratum: number;
  /** Seconds between messages. */
  readonly poll: number;
  readonly precision: number;
  readonly rootDelay: number;
  readonly rootDispersion: number;
  readonly referenceId: string | undefined;
  readonly reference: bigint;
  readonly origin: bigint;
  readonly receive: bigint;
  readonly transmit: bigint;
}

/** Modes 6 and 7: questions about the daemon itself. */
export interface Command {
  readonly operation: number;
  readonly isError: boolean;
  /** More of the answer follows. */
  readonly isMore: boolean;
  readonly sequence: number;
  /** What the error is, by number. */
  readonly error: number;
}

export interface Message {
  readonly version: number;
  readonly mode: number;
  readonly isResponse: boolean;
  /** Octets on the wire. */
  readonly bytes: number;
  readonly time: TimeHeader | undefined;
  readonly command: Command | undefined;
}

/** Reads one datagram; undefined if it is no NTP message or too short to be one. */
export function readMessage(bytes: Uint8Array, start: number, end: number, length: number): Message | undefined {
  if (start >= end) return undefined;
  const version = (bytes[start]! >>> 3) & 7;
  const mode = bytes[start]! & 7;
  if (version === 0 || version > 4) return undefined;
  const message = { version, mode, bytes: length };
  if (mode === Mode.control) {
    if (end - start < shortHeaderLength.control) return undefined;
    return { ...message, isResponse: (bytes[start + 1]! & 0x80) !== 0, time: undefined, command: readControl(bytes, start) };
  }
  if (mode === Mode.private) {
    if (end - start < shortHeaderLength.private) return undefined;
    return { ...message, isResponse: (bytes[start]! & 0x80) !== 0, time: undefined, command: readPrivate(bytes, start) };
  }
  if (mode === 0 || end - start < headerLength) return undefined;
  const isResponse = mode === Mode.server || mode === Mode.symmetricPassive;
  return { ...message, isResponse, time: readTimeHeader(bytes, start), command: undefined };
}

function readControl(bytes: Uint8Array, at: number): Command {
  const flags = bytes[at + 1]!;
  return {
    operation: flags & 0x1f,
    isError: (flags & 0x40) !== 0,
    isMore: (flags & 0x20) !== 0,
    sequence: readU16(bytes, at + 2),
    error: bytes[at + 4]!,
  };
}

function readPrivate(bytes: Uint8Array, at: number): Command {
  const error = bytes[at + 4]! >>> 4;
  return { operation: bytes[at + 3]!, isError: error !== 0, isMore: (bytes[at]! & 0x40) !== 0, sequence: -1, error };
}

function readTimeHeader(bytes: Uint8Array, at: number): TimeHeader {
  const stratum = bytes[at + 1]!;
  return {
    leap: bytes[at]! >>> 6,
    stratum,
    poll: 2 ** signed(bytes[at + 2]!),
    precision: 2 ** signed(bytes[at + 3]!),
    rootDelay: (readU32(bytes, at + 4) | 0) / 65_536,
    rootDispersion: readU32(bytes, at + 8) / 65_536,
    referenceId: readReferenceId(bytes, at + 12, stratum),
    reference: readTime(bytes, at + 16),
    origin: readTime(bytes, at + 24),
    receive: readTime(bytes, at + 32),
    transmit: readTime(bytes, at + 40),
  };
}

const signed = (octet: number): number => (octet << 24) >> 24;

const readTime = (bytes: Uint8Array, at: number): bigint => (BigInt(readU32(bytes, at)) << 32n) | BigInt(readU32(bytes, at + 4));

/** Four characters at strata 0 (a kiss code) and 1 (a clock), padded with zeros; above, the address of the server asked, or a hash of it (RFC 5905, section 7.3). */
function readReferenceId(bytes: Uint8Array, at: number, stratum: number): string | undefined {
  if (stratum > 1) return `${bytes[at]!}.${bytes[at + 1]!}.${bytes[at + 2]!}.${bytes[at + 3]!}`;
  let end = at + 4;
  while (end > at && bytes[end - 1] === 0) end--;
  if (end === at) return undefined;
  let text = '';
  for (let i = at; i < end; i++) {
    const octet = bytes[i]!;
    text += octet >= 0x20 && octet < 0x7f && octet !== 0x5c ? String.fromCharCode(octet) : `\\x${octet.toString(16).padStart(2, '0')}`;
  }
  return text;
}
