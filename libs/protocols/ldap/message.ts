import { readU32 } from '@orbweaver/kernel/bytes/cursor.ts';

/** The head of one LDAPMessage: where things stand in the bytes given. */
export interface MessageHead {
  /** Tag of the protocol operation, such as 0x60 for a bind request. */
  readonly operation: number;
  /** Offset of the operation's tag. */
  readonly at: number;
  /** Bytes of the whole message. */
  readonly length: number;
}

/** Largest message that is believed. */
const messageLimit = 64 * 1024 * 1024;

/**
 * LDAPMessage ::= SEQUENCE { messageID INTEGER, protocolOp CHOICE ..., controls OPTIONAL } in BER (RFC 4511, section 4.1.1). Returns undefined if it is none, 'more' if the bytes end
 * before that can be told.
 */
export function readMessageHead(bytes: Uint8Array, start: number, end: number): MessageHead | 'more' | undefined {
  if (end - start < 1) return 'more';
  if (bytes[start] !== 0x30) return undefined;
  if (end - start < 2) return 'more';
  const first = bytes[start + 1]!;
  const octets = first < 0x80 ? 0 : first & 0x7f;
  if (octets > 4 || first === 0x80) return undefined;
  const id = start + 2 + octets;
  if (end - id < 2) return 'more';
  const content = octets === 0 ? first : readU32(leftPadded(bytes, start + 2, octets), 0);
  const idLength = bytes[id + 1]!;
  if (bytes[id] !== 2 || idLength < 1 || idLength > 4 || content > messageLimit || content < 3 + idLength) return undefined;
  const at = id + 2 + idLength;
  if (at >= end) return 'more';
  return { operation: bytes[at]!, at, length: 2 + octets + content };
}

function leftPadded(bytes: Uint8Array, start: number, count: number): Uint8Array {
  const padded = new Uint8Array(4);
  padded.set(bytes.subarray(start, start + count), 4 - count);
  return padded;
}
