import { BulkString } from './bulk-string.ts';
import { HeldText } from './text.ts';

/** Aggregates within aggregates that are followed; what lies deeper is no reply of a server. */
const depthLimit = 64;

/** What a server said, at its outermost. */
export interface Reply {
  readonly kind: ReplyKind;
  /** Of a text or a number, and of an error; cut at `textLimit`. */
  readonly text: string;
  /** A simple string, `+OK`, rather than one with a length. */
  readonly isSimple: boolean;
  /** Of an aggregate: its first element if that is a string. It names a push: `message`, `subscribe`. */
  readonly first: string;
  /** Of an aggregate: its last element if that is an integer, else NaN. */
  readonly last: number;
  /** Of a type that only RESP3 has. */
  readonly isVersion3: boolean;
}

export type ReplyKind = 'text' | 'number' | 'error' | 'null' | 'aggregate' | 'push';

const State = { header: 0, body: 1, broken: 2 } as const;
type State = (typeof State)[keyof typeof State];

const lineFeed = 0x0a;
/** `txt:` or `mkd:` before the text of a verbatim string. */
const verbatimPrefix = 4;

/**
 * What a server says, RESP2 and RESP3 (https://redis.io/docs/latest/develop/reference/protocol-spec/): a type byte, a line, and for strings
 * with a length that many bytes and CRLF. Aggregates are followed by counting, never by recursion.
 */
export class ReplyReader {
  readonly #reply: (reply: Reply) => void;
  readonly #isCopyDue: () => boolean;
  readonly #held = new HeldText();
  readonly #left = new Float64Array(depthLimit);
  readonly #isAttribute = new Uint8Array(depthLimit);
  #depth = 0;
  #state: State = State.header;
  readonly #bulkString = new BulkString();
  #type = 0;
  #kind: ReplyKind | undefined;
  #text = '';
  #isSimple = false;
  #first = '';
  #last = NaN;
  #isFirst = false;
  #isVersion3 = false;

  /** `isCopyDue`: the next string is the database for a replica. Its head answers, since what follows is no string of this protocol. */
  constructor(reply: (reply: Reply) => void, isCopyDue: () => boolean = () => false) {
    this.#reply = reply;
    this.#isCopyDue = isCopyDue;
  }

  get isBroken(): boolean {
    return this.#state === State.broken;
  }

  /** All that was begun is whole, and no attributes wait for their reply. */
  get isBetween(): boolean {
    return this.#state === State.header && this.#depth === 0 && this.#held.length === 0 && !this.#isVersion3;
  }

  push(bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    while (at < end) {
      switch (this.#state) {
        case State.header:
          at = this.#header(bytes, at, end);
          break;
        case State.body:
          at = this.#bulkString.read(bytes, at, end, this.#isTold ? this.#held : undefined);
          if (this.#bulkString.isOver) this.#endBulk();
          break;
        case State.broken:
          return;
      }
    }
  }

  /** `length` bytes are missing. True if they all lie in one string, so that what follows is found. */
  gap(length: number): boolean {
    if (this.#state !== State.body || !this.#bulkString.gap(length)) return false;
    this.#held.break();
    return true;
  }

  /** A type byte and a line. */
  #header(bytes: Uint8Array, start: number, end: number): number {
    let stop = start;
    while (stop < end && bytes[stop] !== lineFeed) stop++;
    this.#held.add(bytes, start, stop);
    if (stop === end) return end;
    this.#held.trimReturn();
    // A server that prepares a replica's copy sends empty lines meanwhile.
    if (this.#held.length > 0) this.#takeHeader();
    return stop + 1;
  }

  #takeHeader(): void {
    const type = this.#held.byteAt(0);
    this.#type = type;
    switch (type) {
      case 0x2b: // +
        return this.#scalar('text', true);
      case 0x2d: // -
        return this.#scalar('error');
      case 0x3a: // :
        return this.#scalar('number');
      case 0x28: // ( a big number
      case 0x2c: // , a double
        this.#isVersion3 = true;
        return this.#scalar('number');
      case 0x23: // # a boolean
        this.#isVersion3 = true;
        return this.#scalar('text');
      case 0x5f: // _
        this.#isVersion3 = true;
        return this.#scalar('null');
      case 0x24: // $
        return this.#bulk();
      case 0x21: // ! an error with a length
      case 0x3d: // = a verbatim string
        this.#isVersion3 = true;
        return this.#bulk();
      case 0x2a: // *
        return this.#aggregate(1, 'aggregate');
      case 0x7e: // ~ a set
        this.#isVersion3 = true;
        return this.#aggregate(1, 'aggregate');
      case 0x25: // % a map
        this.#isVersion3 = true;
        return this.#aggregate(2, 'aggregate');
      case 0x3e: // > a push
        this.#isVersion3 = true;
        return this.#aggregate(1, 'push');
      case 0x7c: // | attributes of the reply behind them
        this.#isVersion3 = true;
        return this.#aggregate(2, undefined);
      default:
        this.#state = State.broken;
    }
  }

  #scalar(kind: ReplyKind, isSimple = false): void {
    if (this.#depth === 0) {
      this.#kind = kind;
      this.#isSimple = isSimple;
      const text = kind === 'null' ? '' : this.#held.text(1);
      this.#text = this.#type === 0x23 ? (text === 't' ? 'true' : 'false') : text;
    } else if (this.#depth === 1 && this.#isAttribute[0] === 0) {
      if (this.#isFirst && kind === 'text') this.#first = this.#held.text(1);
      this.#last = this.#type === 0x3a ? this.#held.number(1) : NaN;
    }
    this.#held.clear();
    this.#endElement();
  }

  #bulk(): void {
    const length = this.#held.number(1);
    if (length === -1 || (this.#depth === 0 && this.#isCopyDue())) return this.#scalar('null');
    this.#held.clear();
    this.#state = this.#bulkString.open(length) ? State.body : State.broken;
  }

  /** The string at hand is a reply, or names one. */
  get #isTold(): boolean {
    return this.#depth === 0 || (this.#depth === 1 && this.#isFirst);
  }

  #endBulk(): void {
    this.#state = State.header;
    if (this.#depth === 0) {
      this.#kind = this.#type === 0x21 ? 'error' : 'text';
      this.#text = this.#held.text(this.#type === 0x3d ? verbatimPrefix : 0);
      this.#isSimple = false;
    } else if (this.#depth === 1 && this.#isAttribute[0] === 0) {
      if (this.#isFirst) this.#first = this.#held.text();
      this.#last = NaN;
    }
    this.#held.clear();
    this.#endElement();
  }

  /** `kind` is undefined for attributes, which are no element of what they stand in. */
  #aggregate(each: 1 | 2, kind: ReplyKind | undefined): void {
    const count = this.#held.number(1);
    if (count === -1 && kind !== undefined) return this.#scalar('null');
    this.#held.clear();
    if (!(count >= 0) || this.#depth === depthLimit) {
      this.#state = State.broken;
      return;
    }
    if (this.#depth === 0 && kind !== undefined) {
      this.#kind = kind;
      this.#first = '';
      this.#last = NaN;
      this.#isFirst = true;
    }
    if (count === 0) {
      if (kind !== undefined) this.#endElement();
      return;
    }
    this.#isAttribute[this.#depth] = kind === undefined ? 1 : 0;
    this.#left[this.#depth++] = count * each;
  }

  /** One element is whole, and with it perhaps what it stands in. */
  #endElement(): void {
    while (this.#depth > 0) {
      if (this.#depth === 1) this.#isFirst = false;
      const left = --this.#left[this.#depth - 1]!;
      if (left > 0) return;
      this.#depth--;
      if (this.#isAttribute[this.#depth] === 1) return;
    }
    const { kind, text, isSimple, first, last, isVersion3 } = this.#take();
    if (kind !== undefined) this.#reply({ kind, text, isSimple, first, last, isVersion3 });
  }

  #take(): Omit<Reply, 'kind'> & { kind: ReplyKind | undefined } {
    const taken = {
      kind: this.#kind,
      text: this.#text,
      isSimple: this.#isSimple,
      first: this.#first,
      last: this.#last,
      isVersion3: this.#isVersion3,
    };
    this.#kind = undefined;
    this.#text = '';
    this.#first = '';
    this.#last = NaN;
    this.#isSimple = false;
    this.#isVersion3 = false;
    return taken;
  }
}
