import type { StreamAnalyzer } from '../sdk/analyzer.ts';
import { FrameReader, Opcode, type FrameEvents } from './frames.ts';

/** Octets of a close frame that are read: the code and a reason (RFC 6455, section 5.5.1). */
const closeSize = 125;

/** What one side said: its data messages counted, its close frame read, and what its binary messages carry passed on. */
export class MessageCounter implements FrameEvents {
  /** Data messages that ended. */
  messages = 0;
  /** Octets of payload of data frames, as they were on the wire but unmasked: a compressed message counts compressed. */
  bytes = 0;
  /** Octets that the capture lacks. */
  missed = 0;
  /** Code of the close frame; undefined if there was none, or one without a code. */
  closeCode: number | undefined;
  closeReason = '';
  readonly reader: FrameReader = new FrameReader(this);
  readonly #carry: (bytes: Uint8Array, start: number, end: number) => void;
  readonly #loseCarried: (length: number) => void;
  #close: Uint8Array | undefined;
  #closeLength = 0;
  #isMissingClose = false;
  /** A message of several frames is under way. */
  #isCarried = false;

  /** `carry` takes the payload of binary messages that are not compressed; `lose` is told of what is missing of one. */
  constructor(carry: (bytes: Uint8Array, start: number, end: number) => void, lose: (length: number) => void) {
    this.#carry = carry;
    this.#loseCarried = lose;
  }

  payload(reader: FrameReader, bytes: Uint8Array, start: number, end: number): void {
    if (reader.isControl) {
      if (reader.opcode === Opcode.close) this.#addToClose(bytes, start, end);
      return;
    }
    this.bytes += end - start;
    if (this.#carries(reader)) this.#carry(bytes, start, end);
  }

  end(reader: FrameReader): void {
    if (reader.opcode === Opcode.close) this.#endClose();
    if (reader.isControl) return;
    this.#carries(reader);
    if (reader.isFinal) this.messages++;
  }

  gap(length: number): void {
    const { reader } = this;
    const isData = reader.isInFrame && !reader.isControl;
    const isCarried = isData && this.#carries(reader);
    if (reader.isInFrame && reader.opcode === Opcode.close) this.#isMissingClose = true;
    this.missed += length;
    const within = reader.gap(length);
    if (isData) this.bytes += within;
    if (isCarried) this.#loseCarried(within);
  }

  /** Whether the payload of this data frame belongs to the carried stream; a continuation does if its first frame did. */
  #carries(reader: FrameReader): boolean {
    if (reader.opcode !== Opcode.continuation) this.#isCarried = reader.opcode === Opcode.binary && !reader.isCompressed;
    return this.#isCarried;
  }

  #addToClose(bytes: Uint8Array, start: number, end: number): void {
    (this.#close ??= new Uint8Array(closeSize)).set(bytes.subarray(start, end), this.#closeLength);
    this.#closeLength += end - start;
  }

  #endClose(): void {
    const length = this.#closeLength;
    const close = this.#close;
    this.#closeLength = 0;
    if (close === undefined || length < 2 || this.#isMissingClose || this.closeCode !== undefined) return;
    this.closeCode = (close[0]! << 8) | close[1]!;
    this.closeReason = Buffer.from(close.subarray(2, length)).toString('utf8');
  }
}

/** Opens the carried stream when there is first something in it, and is silent where nobody looks. */
export class Carried {
  readonly #open: () => StreamAnalyzer | undefined;
  #stream: StreamAnalyzer | undefined;
  #isOpen = false;

  constructor(open: () => StreamAnalyzer | undefined) {
    this.#open = open;
  }

  get stream(): StreamAnalyzer | undefined {
    if (!this.#isOpen) this.#stream = this.#open();
    this.#isOpen = true;
    return this.#stream;
  }

  get opened(): StreamAnalyzer | undefined {
    return this.#stream;
  }
}
