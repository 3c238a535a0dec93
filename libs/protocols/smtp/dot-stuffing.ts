import { Anomaly } from './anomalies.ts';

/** What stood before the next octet. */
const Before = { other: 0, carriageReturn: 1, bareLineFeed: 2, lineBreak: 3 } as const;
/** How much of a line that may end the text has come. */
const Dot = { none: 0, dot: 1, dotReturn: 2 } as const;

const carriageReturn = 0x0d;
const lineFeed = 0x0a;
const dot = 0x2e;
const loneDot = Uint8Array.of(dot);
const loneReturn = Uint8Array.of(carriageReturn);

/** What an odd end is as content: a dot behind a true line break was put there by the client. */
const OddEnd = {
  stuffed: Uint8Array.of(lineFeed),
  dotFeed: Uint8Array.of(dot, lineFeed),
  dotReturn: Uint8Array.of(dot, carriageReturn),
  dotReturnFeed: Uint8Array.of(dot, carriageReturn, lineFeed),
} as const;

/** Takes the octets of the text. */
export type TextSink = (bytes: Uint8Array, start: number, end: number) => void;

/**
 * The text behind DATA (RFC 5321, section 4.5.2): ends with a dot on a line by itself; a dot that begins any other line was put there by the client and is taken off. Only CR LF is a
 * line break here; what other servers may take as the end is noted.
 */
export class DotStuffing {
  /** Bits of `Anomaly`. */
  anomalies = 0;
  /** The end has come. */
  isOver = false;
  #before: number = Before.lineBreak;
  #dot: number = Dot.none;
  /** The dot stands behind a bare line feed or carriage return: it is content. */
  #dotBefore: number = Before.lineBreak;
  /** The last line so far, which is not given to the sink before more has come. */
  #oddEnd: Uint8Array | undefined;
  readonly #sink: TextSink;

  constructor(sink: TextSink) {
    this.#sink = sink;
  }

  /** The last line so far is a dot by itself of which a line break is bare: a lax server ends the text there. */
  get isOddlyOver(): boolean {
    return this.#oddEnd !== undefined || (this.#dot === Dot.dotReturn && this.#dotBefore === Before.carriageReturn);
  }

  /** Reads on to the end of the text, or to an odd one, which is content if more is pushed; gives the offset behind it, or `end`. */
  push(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    if (at < end) this.#giveOddEndBack();
    while (at < end) {
      if (this.#dot === Dot.none) at = this.#readPlain(bytes, at, end);
      else {
        at = this.#readDot(bytes, at);
        if (this.isOver || this.#oddEnd !== undefined) break;
      }
    }
    return at;
  }

  /** Octets are missing: where lines begin is not known before the next line break. */
  gap(): void {
    this.#giveOddEndBack();
    this.#giveDotBack();
    this.#before = Before.other;
  }

  /** Nothing more comes: what looked like the beginning of the end was content. */
  breakOff(): void {
    this.#giveOddEndBack();
    this.#giveDotBack();
  }

  /** The odd end was the end. */
  endOddly(): void {
    this.#oddEnd = undefined;
    this.#dot = Dot.none;
  }

  /** Up to a dot that begins a line, or to the end. */
  #readPlain(bytes: Uint8Array, start: number, end: number): number {
    let before = this.#before;
    let at = start;
    for (; at < end; at++) {
      const octet = bytes[at]!;
      if (octet === dot && before !== Before.other) break;
      if (octet === lineFeed) {
        if (before !== Before.carriageReturn) this.anomalies |= Anomaly.bareLineFeed;
        before = before === Before.carriageReturn ? Before.lineBreak : Before.bareLineFeed;
        continue;
      }
      if (before === Before.carriageReturn) this.anomalies |= Anomaly.bareCarriageReturn;
      before = octet === carriageReturn ? Before.carriageReturn : Before.other;
      // Within a line only its end matters.
      if (before === Before.other) while (at + 1 < end && bytes[at + 1]! > carriageReturn) at++;
    }
    this.#before = before;
    if (at > start) this.#sink(bytes, start, at);
    if (at === end) return at;
    this.#dot = Dot.dot;
    this.#dotBefore = before;
    if (before === Before.carriageReturn) this.anomalies |= Anomaly.bareCarriageReturn;
    this.#before = Before.other;
    return at + 1;
  }

  /** The octet behind a dot that begins a line. */
  #readDot(bytes: Uint8Array, at: number): number {
    const octet = bytes[at]!;
    const isStuffed = this.#dotBefore === Before.lineBreak;
    if (this.#dot === Dot.dot && octet === carriageReturn) {
      // CR . CR is an end to a few.
      if (this.#dotBefore === Before.carriageReturn) this.anomalies |= Anomaly.oddEndOfText;
      this.#dot = Dot.dotReturn;
      return at + 1;
    }
    const isLine = octet === lineFeed;
    if (isLine && isStuffed && this.#dot === Dot.dotReturn) {
      this.#dot = Dot.none;
      this.isOver = true;
      return at + 1;
    }
    const isOdd = this.#dotBefore === Before.carriageReturn ? this.#dot === Dot.dotReturn : isLine;
    if (isOdd) return this.#noteOddEnd(at, isLine);
    this.#giveDotBack();
    return at;
  }

  /** Gives the offset behind the line, the last octet of which is at `at` if it is a line feed. */
  #noteOddEnd(at: number, isLine: boolean): number {
    this.anomalies |= Anomaly.oddEndOfText;
    if (this.#dot === Dot.dotReturn) {
      this.#oddEnd = isLine ? OddEnd.dotReturnFeed : OddEnd.dotReturn;
      this.#before = isLine ? Before.lineBreak : Before.carriageReturn;
    } else {
      this.anomalies |= Anomaly.bareLineFeed;
      this.#oddEnd = this.#dotBefore === Before.lineBreak ? OddEnd.stuffed : OddEnd.dotFeed;
      this.#before = Before.bareLineFeed;
    }
    this.#dot = Dot.none;
    return isLine ? at + 1 : at;
  }

  #giveOddEndBack(): void {
    const octets = this.#oddEnd;
    this.#oddEnd = undefined;
    if (octets !== undefined) this.#sink(octets, 0, octets.length);
  }

  /** A line began with a dot and went on: the dot was stuffed, unless it stands behind no true line break. */
  #giveDotBack(): void {
    const state = this.#dot;
    if (state === Dot.none) return;
    this.#dot = Dot.none;
    this.#before = state === Dot.dotReturn ? Before.carriageReturn : Before.other;
    if (this.#dotBefore !== Before.lineBreak) this.#sink(loneDot, 0, 1);
    if (state === Dot.dotReturn) this.#sink(loneReturn, 0, 1);
  }
}
