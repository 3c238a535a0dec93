/** Record types (IANA TLS ContentType). */
export const ContentType = {
  changeCipherSpec: 20,
  alert: 21,
  handshake: 22,
  applicationData: 23,
  heartbeat: 24,
} as const;

/** The longest record that anyone may send: 2^14 bytes and 2,048 of compression and protection (RFC 5246 §6.2.3). */
export const maximumRecordBytes = 16384 + 2048;

/** Bytes that are searched for the next record after a hole, before the side is given up. */
export const maximumSearchBytes = 128 * 1024;

export interface RecordSink {
  /** The first byte of a record is here, and no more is known of it. */
  recordMark(side: number): void;
  /** A record's header: true if its body is wanted. */
  recordStarts(side: number, type: number, length: number): boolean;
  /** A piece of a wanted body. */
  recordBody(side: number, type: number, bytes: Uint8Array, start: number, end: number): void;
  /** An SSLv2 record: `head` is its first bytes, three of them or fewer if it is shorter. True if the rest is wanted, as `recordBody` of type `ssl2Record`. */
  ssl2RecordStarts(side: number, head: Uint8Array, start: number, end: number, length: number): boolean;
  /** Bytes are missing; a record began or ended among them. */
  recordsMissed(side: number): void;
  /** What comes is no record; nothing more is read of this side. `isFirst`: it is the first that the side sent. */
  recordsEnded(side: number, isFirst: boolean): void;
}

export const ssl2Record = -2;

const headerBytes = 5;

/** True for the header of a record of SSL 3.0 to TLS 1.3: type, version 3.0 to 3.4, length. */
export function isRecordHeader(bytes: Uint8Array, at: number): boolean {
  const type = bytes[at]!;
  return (
    type >= ContentType.changeCipherSpec &&
    type <= ContentType.heartbeat &&
    bytes[at + 1] === 3 &&
    bytes[at + 2]! <= 4 &&
    ((bytes[at + 3]! << 8) | bytes[at + 4]!) <= maximumRecordBytes
  );
}

/** True if an SSLv2 record may begin here: a two-byte header (its top bit set), then a CLIENT-HELLO or SERVER-HELLO. */
export function isSsl2Hello(bytes: Uint8Array, at: number): boolean {
  return bytes[at]! >= 0x80 && (bytes[at + 2] === 1 || bytes[at + 2] === 4);
}

/**
 * Follows one side's records (RFC 8446 §5.1; SSLv2's too, where the side begins with one). Bodies that nobody wants, application data above all,
 * are passed by their length without being looked at.
 */
export class RecordReader {
  readonly #side: number;
  readonly #sink: RecordSink;
  /** Of a header that comes in parts, or is looked for; most do not. */
  #header: Uint8Array | undefined;
  #headerLength = 0;
  #type = 0;
  #left = 0;
  #wanted = false;
  /** Something of this side has come, or is missing. */
  #begun: boolean;
  /** The last record was SSLv2's: so may the next be. */
  #ssl2 = false;
  #searching = false;
  /** While searching: a header was found, and the one behind its body has to bear it out. */
  #onTrial = false;
  #searched = 0;
  #ended = false;

  /** `hasBegun`: records were read before. */
  constructor(side: number, sink: RecordSink, hasBegun = false) {
    this.#side = side;
    this.#sink = sink;
    this.#begun = hasBegun;
  }

  /** True between two records, in step with the sender. */
  get isBetween(): boolean {
    return this.#begun && this.#left === 0 && this.#headerLength === 0 && !this.#searching && !this.#ended;
  }

  read(bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    while (at < end && !this.#ended) {
      if (this.#left > 0) {
        const length = Math.min(this.#left, end - at);
        if (this.#wanted) this.#sink.recordBody(this.#side, this.#type, bytes, at, at + length);
        this.#left -= length;
        at += length;
      } else if (this.#headerLength === 0 && end - at >= headerBytes && !this.#searching) {
        this.#sink.recordMark(this.#side);
        this.#begin(bytes, at);
        at += headerBytes;
      } else {
        if (this.#headerLength === 0) this.#sink.recordMark(this.#side);
        const header = (this.#header ??= new Uint8Array(headerBytes));
        header[this.#headerLength++] = bytes[at++]!;
        if (this.#headerLength === headerBytes) {
          this.#headerLength = 0;
          if (this.#searching) this.#search(header);
          else this.#begin(header, 0);
        }
      }
    }
  }

  /** A hole inside a record that is passed over anyway changes nothing; any other one breaks the chain of records, and it is looked for anew. */
  gap(length: number): void {
    if (this.#ended) return;
    this.#begun = true;
    const inside = !this.#searching && this.#left > 0 && length <= this.#left;
    if (inside) this.#left -= length;
    else {
      this.#searching = true;
      this.#onTrial = false;
      this.#searched = 0;
      this.#wanted = false;
      this.#left = 0;
      this.#headerLength = 0;
    }
    if (!inside || this.#wanted) this.#sink.recordsMissed(this.#side);
    this.#wanted = false;
  }

  #begin(bytes: Uint8Array, at: number): void {
    if (isRecordHeader(bytes, at)) {
      this.#ssl2 = false;
      this.#type = bytes[at]!;
      this.#left = (bytes[at + 3]! << 8) | bytes[at + 4]!;
      this.#wanted = this.#sink.recordStarts(this.#side, this.#type, this.#left);
    } else if (this.#ssl2 || (!this.#begun && isSsl2Hello(bytes, at))) {
      this.#beginSsl2(bytes, at);
    } else {
      this.#end();
    }
    this.#begun = true;
  }

  /** Two bytes of length under a top bit that is set, or three with padding (SSL 2.0 §1.1). Five bytes are always there: no record is shorter. */
  #beginSsl2(bytes: Uint8Array, at: number): void {
    const short = (bytes[at]! & 0x80) !== 0;
    const head = at + (short ? 2 : 3);
    const length = ((bytes[at]! & (short ? 0x7f : 0x3f)) << 8) | bytes[at + 1]!;
    this.#left = length - (at + headerBytes - head);
    if (this.#left < 0) return this.#end();
    this.#ssl2 = true;
    this.#type = ssl2Record;
    this.#wanted = this.#sink.ssl2RecordStarts(this.#side, bytes, head, at + headerBytes, length);
  }

  /**
   * After a hole: looks at every byte for a record's header, passes over its body, and believes it when another header follows. Five bytes
   * that are no header make room for the next one.
   */
  #search(header: Uint8Array): void {
    if (isRecordHeader(header, 0)) {
      if (this.#onTrial) {
        this.#searching = false;
        this.#begin(header, 0);
        return;
      }
      this.#onTrial = true;
      this.#left = (header[3]! << 8) | header[4]!;
      this.#searched += this.#left;
      return;
    }
    this.#onTrial = false;
    header.copyWithin(0, 1);
    this.#headerLength = headerBytes - 1;
    if (++this.#searched > maximumSearchBytes) this.#end();
  }

  #end(): void {
    this.#ended = true;
    this.#sink.recordsEnded(this.#side, !this.#begun);
  }
}
