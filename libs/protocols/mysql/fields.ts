import { Cursor, readU32le } from '@orbweaver/kernel/bytes/cursor.ts';
import { utf8 } from '../sdk/text-decoders.ts';

/** Octets of a text that is not a statement: a name, a message. */
export const textLimit = 1024;
/** Attributes of a connection, or of a query, that are looked at. */
const attributeLimit = 256;

export function textOf(bytes: Uint8Array, start: number, end: number, decoder: TextDecoder): string {
  return decoder.decode(bytes.subarray(start, Math.min(end, start + textLimit)));
}

/** Reads the protocol's integers and texts, little-endian; remembers when it ran off the end, as a cursor does. */
export class FieldReader extends Cursor {
  /** Of the texts from here on. */
  decoder = utf8;

  /** A length-encoded integer; what says NULL or is no integer counts as overrun. */
  lengthEncoded(): number {
    const first = this.u8();
    if (first < 0xfb) return first;
    if (first === 0xfc) return this.u16le();
    if (first === 0xfd) return this.u16le() | (this.u8() << 16);
    if (first !== 0xfe) {
      this.overrun = true;
      return 0;
    }
    const low = this.u32le();
    return low + this.u32le() * 0x1_0000_0000;
  }

  /** A text with its length before it. */
  lengthEncodedText(): string {
    return this.#textAt(this.lengthEncoded());
  }

  /** A text with a zero behind it, or up to the end. */
  zeroEndedText(): string {
    const start = this.offset;
    const zero = this.bytes.indexOf(0, start);
    const stop = zero < 0 || zero >= this.end ? this.end : zero;
    this.offset = Math.min(this.end, stop + 1);
    return textOf(this.bytes, start, stop, this.decoder);
  }

  rest(): string {
    const start = this.offset;
    this.offset = this.end;
    return textOf(this.bytes, start, this.end, this.decoder);
  }

  #textAt(length: number): string {
    const at = this.take(length);
    return at < 0 ? '' : textOf(this.bytes, at, at + length, this.decoder);
  }
}

/** `program_name` of the connection attributes: the length of all, then names and values. */
export function readProgramName(reader: FieldReader): string | undefined {
  const end = Math.min(reader.end, reader.lengthEncoded() + reader.offset);
  for (let i = 0; i < attributeLimit && reader.offset < end && !reader.overrun; i++) {
    const name = reader.lengthEncodedText();
    const value = reader.lengthEncodedText();
    if (name === 'program_name') return value === '' ? undefined : value;
  }
  return undefined;
}

export interface ErrorPacket {
  readonly code: number;
  readonly message: string;
}

/** ERR_Packet: 0xff; code, 2; `#` and an SQLSTATE of 5, with 4.1 once signed in; message. */
export function readError(bytes: Uint8Array, start: number, end: number, decoder: TextDecoder): ErrorPacket {
  const reader = new FieldReader().reset(bytes, start + 1, end);
  reader.decoder = decoder;
  const code = reader.u16le();
  if (reader.peek() === 0x23) reader.skip(Math.min(6, reader.remaining));
  return { code, message: reader.rest() };
}

/** Octets of a value by its type in a query attribute; -1 where its length stands before it, -2 likewise in one octet (dates and times). */
function valueSize(type: number): number {
  switch (type & 0xff) {
    case 0x06:
      return 0;
    case 0x01:
      return 1;
    case 0x02:
    case 0x0d:
      return 2;
    case 0x03:
    case 0x04:
    case 0x09:
      return 4;
    case 0x05:
    case 0x08:
      return 8;
    case 0x07:
    case 0x0a:
    case 0x0b:
    case 0x0c:
      return -2;
    default:
      return -1;
  }
}

/**
 * Moves behind the attributes of a COM_QUERY (CLIENT_QUERY_ATTRIBUTES): count, sets; and if there are any: which are NULL, a flag, types with names, values.
 */
export function skipQueryAttributes(reader: FieldReader): void {
  const count = reader.lengthEncoded();
  reader.lengthEncoded();
  if (count === 0 || count > attributeLimit) return void (reader.overrun ||= count > attributeLimit);
  const nulls = reader.take((count + 7) >> 3);
  const hasTypes = reader.u8() === 1;
  if (nulls < 0 || !hasTypes) return;
  const types: number[] = [];
  for (let i = 0; i < count && !reader.overrun; i++) {
    types.push(reader.u16le());
    reader.skip(reader.lengthEncoded());
  }
  types.forEach((type, i) => {
    if (((reader.bytes[nulls + (i >> 3)]! >> (i & 7)) & 1) !== 0) return;
    const size = valueSize(type);
    reader.skip(size === -1 ? reader.lengthEncoded() : size === -2 ? reader.u8() : size);
  });
}

export interface OkPacket {
  readonly affected: number;
  readonly status: number;
  readonly warnings: number;
  /** The default database, where the server says that it changed. */
  readonly database: string | undefined;
}

/** Kinds of session state that are looked at. */
const trackSchema = 1;
const trackLimit = 64;

/** OK_Packet: affected rows, last id, status, warnings, then information and what changed of the session. */
export function readOk(bytes: Uint8Array, start: number, end: number, hasSessionTrack: boolean, decoder: TextDecoder): OkPacket {
  const reader = new FieldReader().reset(bytes, start + 1, end);
  reader.decoder = decoder;
  const affected = reader.lengthEncoded();
  reader.lengthEncoded();
  const status = reader.u16le();
  const warnings = reader.u16le();
  let database: string | undefined;
  if (hasSessionTrack && (status & 0x4000) !== 0 && !reader.overrun) {
    reader.skip(reader.lengthEncoded());
    const stop = reader.lengthEncoded() + reader.offset;
    for (let i = 0; i < trackLimit && reader.offset < stop && !reader.overrun; i++) {
      const kind = reader.u8();
      const next = reader.lengthEncoded() + reader.offset;
      if (kind === trackSchema) database = reader.lengthEncodedText();
      reader.skip(next - reader.offset);
    }
  }
  return { affected, status, warnings, database };
}

/** Identifier of a prepared statement behind the command's octet; undefined if the packet is too short. */
export const statementId = (bytes: Uint8Array, start: number, end: number): number | undefined =>
  end - start >= 5 ? readU32le(bytes, start + 1) : undefined;
