import { cut, latin1 } from '@orbweaver/kernel/bytes/text.ts';
import { Anomaly } from './anomalies.ts';
import { CharClass, Octet, charClasses, isBlank, isToken } from './characters.ts';
import { HeaderFields, entrySize, folded, notAscii } from './header-fields.ts';
import { HeaderId, internHeader } from './header-names.ts';
import { StartLine } from './start-line.ts';

/** Octets of a start line with its headers, or of a trailer section; a longer one is given up. Servers accept 8 to 256 KiB. */
export const headLimit = 256 * 1024;
/** Header lines that are kept of one message; of further ones only those that frame the body. */
export const headerLimit = 1000;

/** What `HeadReader.push` returns instead of an offset. */
export const HeadOutcome = { needMore: -1, invalid: -2, tooLong: -3 } as const;

const initialCarry = 2048;

/** Readers that nobody uses, and how many are kept. */
const idle: HeadReader[] = [];
const idleLimit = 64;

/** One that is ready for a message. A side has one only while a head comes, mostly within one call: a few serve any number of connections. */
export function takeHeadReader(): HeadReader {
  return idle.pop() ?? new HeadReader();
}

export function giveHeadReader(reader: HeadReader): void {
  reader.reset();
  if (idle.length < idleLimit) idle.push(reader);
}

/**
 * Reads a start line with its header section (RFC 9112, section 2.1), or a trailer section, as it arrives. A block that lies whole in one call
 * is read where it lies; the beginning of one is carried over, up to `headLimit`.
 */
export class HeadReader {
  readonly startLine = new StartLine();
  anomalies = 0;
  /** True from the first octet that is no line break. */
  started = false;
  /** After `invalid` and `tooLong`: where the caller goes on in its input, once it has looked at `carriedBytes`. */
  resumeAt = 0;
  /** True once the start line is read. */
  hasStartLine = false;
  #isTrailer = false;
  #carry = new Uint8Array(0);
  #carried = 0;
  /** Offsets within the block: of the line being read, and of how far a line break has been looked for. */
  #lineStart = 0;
  #scanned = 0;
  #index: number[] = [];
  #count = 0;
  #dropped = false;
  /** Classes of the octets of the line being read. */
  #classes = 0;
  #text = '';

  /** Ready for a new message, or (a start line is not expected then) for trailers. */
  reset(isTrailer = false): void {
    this.#isTrailer = isTrailer;
    this.hasStartLine = isTrailer;
    this.started = isTrailer;
    this.anomalies = 0;
    this.#carried = 0;
    this.#lineStart = 0;
    this.#scanned = 0;
    this.#count = 0;
    this.#dropped = false;
    this.#text = '';
    if (this.#carry.length > initialCarry) this.#carry = new Uint8Array(0);
  }

  /** Octets of an unfinished block. */
  get carried(): number {
    return this.#carried;
  }

  /** The octets of an unfinished block; valid until the next call. */
  get carriedBytes(): Uint8Array {
    return this.#carry.subarray(0, this.#carried);
  }

  /**
   * Takes `[start, end)`. Returns the offset behind the block once it is complete; `needMore` (everything was taken); `invalid` if the first
   * line is no start line; `tooLong`.
   */
  push(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    if (!this.started) {
      at = this.#skipEmptyLines(bytes, start, end);
      if (at === end) return HeadOutcome.needMore;
      this.started = true;
    }
    return this.#carried === 0 ? this.#readInPlace(bytes, at, end) : this.#readCarried(bytes, at, end);
  }

  #readInPlace(bytes: Uint8Array, at: number, end: number): number {
    const done = this.#readLines(bytes, at, Math.min(end, at + headLimit));
    if (done >= 0) return at + done;
    this.resumeAt = done === HeadOutcome.invalid ? at : at + headLimit;
    if (done !== HeadOutcome.needMore) return done;
    return this.#append(bytes, at, end) ? done : HeadOutcome.tooLong;
  }

  #readCarried(bytes: Uint8Array, at: number, end: number): number {
    const before = this.#carried;
    this.resumeAt = Math.min(end, at + headLimit - before);
    this.#append(bytes, at, this.resumeAt);
    const done = this.#readLines(this.#carry, 0, this.#carried);
    if (done >= 0) return at + done - before;
    return done === HeadOutcome.needMore && this.resumeAt < end ? HeadOutcome.tooLong : done;
  }

  /** The header lines read so far; to be taken before the next `reset`. */
  fields(): HeaderFields {
    if (this.#text === '' && this.#count > 0) this.#text = latin1(this.#carry, 0, this.#carried);
    return new HeaderFields(this.#text, this.#index.slice(0, this.#count * entrySize));
  }

  /** A part of the start line as text. */
  text(start: number, end: number): string {
    if (this.#text === '') this.#text = latin1(this.#carry, 0, this.#carried);
    return cut(this.#text, start, end);
  }

  /** Empty lines before a start line are passed over (RFC 9112, section 2.2). */
  #skipEmptyLines(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end && charClasses[bytes[at]!]! & CharClass.lineBreak) at++;
    return at;
  }

  #append(bytes: Uint8Array, start: number, end: number): boolean {
    const length = end - start;
    if (this.#carried + length > headLimit) return false;
    if (this.#carried + length > this.#carry.length) {
      const grown = new Uint8Array(Math.min(headLimit, Math.max(initialCarry, (this.#carried + length) * 2)));
      grown.set(this.#carry.subarray(0, this.#carried));
      this.#carry = grown;
    }
    this.#carry.set(bytes.subarray(start, end), this.#carried);
    this.#carried += length;
    return true;
  }

  /** Reads the lines of the block that begins at `base`; returns the block's length once the empty line has come. */
  #readLines(bytes: Uint8Array, base: number, end: number): number {
    for (;;) {
      let at = base + this.#scanned;
      while (at < end && bytes[at] !== Octet.lf) at++;
      if (at === end) {
        this.#scanned = end - base;
        return HeadOutcome.needMore;
      }
      const start = base + this.#lineStart;
      const lineEnd = at > start && bytes[at - 1] === Octet.cr ? at - 1 : at;
      if (lineEnd === at) this.anomalies |= Anomaly.bareLineFeed;
      this.#lineStart = this.#scanned = at + 1 - base;
      if (lineEnd === start) return this.#complete(bytes, base);
      if (this.hasStartLine) this.#readHeader(bytes, base, start, lineEnd);
      else {
        if (!this.startLine.read(bytes, start, lineEnd)) return HeadOutcome.invalid;
        this.anomalies |= this.startLine.anomalies;
        this.hasStartLine = true;
        this.#makeRelative(base);
        // A simple request is one line (RFC 1945, section 5).
        if (!this.startLine.hasVersion && !this.startLine.isResponse) return this.#complete(bytes, base);
      }
    }
  }

  #complete(bytes: Uint8Array, base: number): number {
    if (!this.#isTrailer || this.#count > 0) this.#text = latin1(bytes, base, base + this.#lineStart);
    return this.#lineStart;
  }

  /** field-line = field-name ":" OWS field-value OWS (RFC 9112, section 5). */
  #readHeader(bytes: Uint8Array, base: number, start: number, end: number): void {
    this.#classes = 0;
    if (isBlank(bytes[start]!)) return this.#continueHeader(bytes, base, start, end);
    let at = start;
    while (at < end && isToken(bytes[at]!)) at++;
    let nameEnd = at;
    if (at === start || bytes[at] !== Octet.colon || at === end) {
      while (at < end && bytes[at] !== Octet.colon) at++;
      if (at === end) {
        this.anomalies |= Anomaly.headerWithoutColon;
        return;
      }
      nameEnd = this.#endOfOddName(bytes, start, at);
    }
    let valueStart = at + 1;
    while (valueStart < end && isBlank(bytes[valueStart]!)) valueStart++;
    const valueEnd = this.#trimEnd(bytes, valueStart, end);
    this.#add(bytes, base, start, nameEnd, valueStart, valueEnd);
  }

  /** The end of a name that the grammar does not allow; notes why. */
  #endOfOddName(bytes: Uint8Array, start: number, colon: number): number {
    let end = colon;
    while (end > start && isBlank(bytes[end - 1]!)) end--;
    if (end < colon) this.anomalies |= Anomaly.blankBeforeColon;
    let valid = end > start;
    for (let i = start; i < end; i++) {
      valid &&= isToken(bytes[i]!);
      this.#classes |= charClasses[bytes[i]!]!;
    }
    if (!valid) this.anomalies |= Anomaly.invalidHeaderName;
    return end;
  }

  /** obs-fold: a line that begins with a blank continues the value before it. */
  #continueHeader(bytes: Uint8Array, base: number, start: number, end: number): void {
    this.anomalies |= Anomaly.foldedHeader;
    if (this.#count === 0 || this.#dropped) return;
    const entry = (this.#count - 1) * entrySize;
    this.#index[entry + 3] = this.#trimEnd(bytes, start, end) - base;
    this.#index[entry + 4]! |= this.#classes & CharClass.high ? folded | notAscii : folded;
  }

  #trimEnd(bytes: Uint8Array, start: number, end: number): number {
    let classes = 0;
    for (let i = start; i < end; i++) classes |= charClasses[bytes[i]!]!;
    if (classes & CharClass.lineBreak) this.anomalies |= Anomaly.bareCarriageReturn;
    else if (classes & CharClass.control) this.anomalies |= Anomaly.controlCharacter;
    this.#classes |= classes;
    while (end > start && isBlank(bytes[end - 1]!)) end--;
    return end;
  }

  #add(bytes: Uint8Array, base: number, nameStart: number, nameEnd: number, valueStart: number, valueEnd: number): void {
    const id = internHeader(bytes, nameStart, nameEnd);
    this.#dropped = this.#count >= headerLimit && id !== HeaderId.contentLength && id !== HeaderId.transferEncoding;
    if (this.#dropped) {
      this.anomalies |= Anomaly.headersPastLimit;
      return;
    }
    const entry = this.#count++ * entrySize;
    this.#index[entry] = nameStart - base;
    this.#index[entry + 1] = nameEnd - base;
    this.#index[entry + 2] = valueStart - base;
    this.#index[entry + 3] = valueEnd - base;
    this.#index[entry + 4] = this.#classes & CharClass.high ? id | notAscii : id;
  }

  #makeRelative(base: number): void {
    const line = this.startLine;
    line.methodStart -= base;
    line.methodEnd -= base;
    line.targetStart -= base;
    line.targetEnd -= base;
    line.versionStart -= base;
    line.versionEnd -= base;
    line.phraseStart -= base;
    line.phraseEnd -= base;
  }
}
