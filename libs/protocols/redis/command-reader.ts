import { BulkString } from './bulk-string.ts';
import { splitInline } from './inline.ts';
import { HeldText, readable, textLimit } from './text.ts';

/** Arguments of a command that are kept, its name among them; the others are counted. The key of XREADGROUP may stand this far back. */
export const wordLimit = 12;

/** As the server: an array of more arguments is a protocol error. */
const argumentLimit = 2 ** 31;
/** An inline command may be this long (PROTO_INLINE_MAX_SIZE); only its first part is read. */
const inlineLimit = 64 * 1024;
const inlineKept = 4 * 1024;

/** Told of commands. */
export interface CommandSink {
  /** The first byte of a command is here. */
  begin(): void;
  /** A whole command: its first words and how many there are. */
  command(words: readonly string[], count: number): void;
}

const State = { start: 0, count: 1, length: 2, body: 3, inline: 4, broken: 5 } as const;
type State = (typeof State)[keyof typeof State];

const star = 0x2a;
const dollar = 0x24;
const lineFeed = 0x0a;

/**
 * What a client says: arrays of bulk strings `*count CRLF ($length CRLF bytes CRLF)...`, or inline commands, a line each. Bytes
 * are read where they lie; of each argument the first `textLimit` bytes are kept, the rest is skipped by its length.
 */
export class CommandReader {
  readonly #sink: CommandSink;
  readonly #held = new HeldText();
  #line = new Uint8Array(0);
  #lineLength = 0;
  #state: State = State.start;
  #words: string[] = [];
  #count = 0;
  #left = 0;
  readonly #bulk = new BulkString();

  constructor(sink: CommandSink) {
    this.#sink = sink;
  }

  push(bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    while (at < end && this.#state !== State.broken) {
      switch (this.#state) {
        case State.start:
          at = this.#begin(bytes, at);
          break;
        case State.inline:
          at = this.#inline(bytes, at, end);
          break;
        case State.body:
          at = this.#bulk.read(bytes, at, end, this.#words.length < wordLimit ? this.#held : undefined);
          if (this.#bulk.isOver) this.#endWord();
          break;
        default:
          at = this.#header(bytes, at, end);
      }
    }
  }

  /** All that was begun is whole. */
  get isBetween(): boolean {
    return this.#state === State.start;
  }

  /** `length` bytes are missing. True if they all lie in an argument, so that the next one is found. */
  gap(length: number): boolean {
    if (this.#state !== State.body || !this.#bulk.gap(length)) return false;
    this.#held.break();
    return true;
  }

  #begin(bytes: Uint8Array, at: number): number {
    this.#sink.begin();
    this.#held.clear();
    this.#words = [];
    this.#lineLength = 0;
    this.#state = bytes[at] === star ? State.count : State.inline;
    return at;
  }

  /** A line `*count` or `$length`. */
  #header(bytes: Uint8Array, start: number, end: number): number {
    for (let at = start; at < end; at++) {
      if (bytes[at] === lineFeed) {
        this.#held.trimReturn();
        this.#takeHeader();
        return at + 1;
      }
      this.#held.add(bytes, at, at + 1);
      if (this.#held.length > 24) {
        this.#state = State.broken;
        return end;
      }
    }
    return end;
  }

  #takeHeader(): void {
    const isLength = this.#state === State.length;
    const number = this.#held.byteAt(0) === (isLength ? dollar : star) ? this.#held.number(1) : NaN;
    this.#held.clear();
    if (!isLength) {
      // An array of nothing is passed over, and not answered.
      this.#count = this.#left = number;
      this.#state = number > 0 && number < argumentLimit ? State.length : number <= 0 ? State.start : State.broken;
      return;
    }
    this.#state = this.#bulk.open(number) ? State.body : State.broken;
  }

  #endWord(): void {
    if (this.#words.length < wordLimit) this.#words.push(this.#held.text());
    this.#held.clear();
    this.#left--;
    this.#state = this.#left > 0 ? State.length : State.start;
    if (this.#left === 0) this.#sink.command(this.#words, this.#count);
  }

  #inline(bytes: Uint8Array, at: number, end: number): number {
    let stop = at;
    while (stop < end && bytes[stop] !== lineFeed) stop++;
    this.#keepLine(bytes, at, stop);
    if (stop === end) {
      if (this.#lineLength > inlineLimit) this.#state = State.broken;
      return end;
    }
    this.#endLine();
    return stop + 1;
  }

  #keepLine(bytes: Uint8Array, start: number, end: number): void {
    const count = Math.max(0, Math.min(end - start, inlineKept - this.#lineLength));
    if (this.#lineLength + count > this.#line.length) {
      const grown = new Uint8Array(Math.min(inlineKept, Math.max(256, (this.#lineLength + count) * 2)));
      grown.set(this.#line.subarray(0, Math.min(this.#lineLength, this.#line.length)));
      this.#line = grown;
    }
    if (count > 0) this.#line.set(bytes.subarray(start, start + count), this.#lineLength);
    this.#lineLength += end - start;
  }

  #endLine(): void {
    const line = Buffer.from(this.#line.buffer, 0, Math.min(this.#lineLength, inlineKept)).toString('latin1');
    // Behind quotes that do not end the server reads no further; what the client says there is told all the same, unanswered.
    const words = splitInline(line);
    this.#state = State.start;
    if (words.length > 0) this.#sink.command(words.slice(0, wordLimit).map(readableWord), words.length);
  }
}

function readableWord(word: string): string {
  const bytes = Buffer.from(word.slice(0, textLimit), 'latin1');
  return readable(bytes, bytes.length, word.length > textLimit);
}

/** True if `[start, end)` is one whole command that is no line. */
export function isOneCommand(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[start] !== star) return false;
  let commands = 0;
  const reader = new CommandReader({ begin: () => undefined, command: () => void commands++ });
  reader.push(bytes, start, end);
  return commands === 1 && reader.isBetween;
}
