import type { Instant } from '@orbweaver/kernel/instant.ts';
import type { FlowContext } from '../sdk/analyzer.ts';
import { changesConnection, isSubscription, keyOf, valueOf } from './commands.ts';
import { buildRecord } from './record.ts';
import type { Reply } from './reply-reader.ts';

/** Commands of one connection that wait for their reply. Past it the oldest is written without, and its reply passed over when it comes. */
export const pendingLimit = 4096;

/** A command and what came back. */
export interface Exchange {
  readonly ordinal: number;
  /** In upper case; absent of a reply whose command was not seen. */
  readonly operation: string | undefined;
  readonly words: readonly string[];
  readonly key: string | undefined;
  readonly value: string | undefined;
  readonly start: Instant;
  end: Instant;
  reply: Reply | undefined;
  /** Of a row of replies whose commands were not seen: how many. */
  replies: number;
  /** Messages that answer it: of a subscription one a channel. */
  awaited: number;
}

/** What the connection has come to by its commands. */
export interface Session {
  version: 2 | 3;
  user: string | undefined;
  database: string | undefined;
}

/** What `rest` gives: these bits and, above them, how many exchanges there were. */
const Memory = { isPipelined: 1, isVersion3: 2 } as const;
const memoryBits = 4;

/** How `CLIENT REPLY` stands, as the server takes the commands. */
type ReplyMode = 'on' | 'skip' | 'off';

/**
 * Pairs commands with replies: the server answers in the order in which it was asked, but for what nobody asked for (messages of channels,
 * lines of MONITOR) and for what it was told not to answer.
 */
export class Stitcher {
  readonly #flow: FlowContext;
  readonly #pending: Exchange[] = [];
  /** Replies in a row that nobody was seen to ask for. They are one record: five bytes of the wire must not make hundreds of a record each. */
  #unasked: Exchange | undefined;
  readonly #session: Session = { version: 2, user: undefined, database: undefined };
  /** Messages still to come for commands that were given up waiting. */
  #passedOver = 0;
  #ordinal: number;
  #start: Instant | undefined;
  #mode: ReplyMode = 'on';
  #isTransaction = false;
  #isSubscribed = false;
  #isMonitoring = false;
  #isReplica = false;
  /** The client has sent a command while another waited for its reply. */
  #isPipelined: boolean;

  /** `memory`: what another one's `rest` gave. */
  constructor(flow: FlowContext, memory = 0) {
    const bits = memory % memoryBits;
    this.#flow = flow;
    this.#ordinal = (memory - bits) / memoryBits;
    this.#isPipelined = (bits & Memory.isPipelined) !== 0;
    if ((bits & Memory.isVersion3) !== 0) this.#session.version = 3;
  }

  /** What a stitcher that takes this one's place has to know; undefined while a reply is due, or where the connection has come to more than that. */
  rest(): number | undefined {
    const { version, user, database } = this.#session;
    const isAnswered = this.#pending.length === 0 && this.#unasked === undefined && this.#passedOver === 0;
    const isPlain = user === undefined && database === undefined && !this.#isReplica && this.#isAsking;
    if (!isAnswered || !isPlain) return undefined;
    const bits = (this.#isPipelined ? Memory.isPipelined : 0) | (version === 3 ? Memory.isVersion3 : 0);
    return this.#ordinal * memoryBits + bits;
  }

  /** Each command has one reply, and nothing else comes. */
  get #isAsking(): boolean {
    return this.#mode === 'on' && !this.#isTransaction && !this.#isSubscribed && !this.#isMonitoring;
  }

  /** The server turned into a source of replication: what follows are no replies. */
  get isReplica(): boolean {
    return this.#isReplica;
  }

  /** SYNC is answered with the database at once: `$length` or `$EOF:delimiter`, and a dump with no line break behind it. */
  get awaitsCopy(): boolean {
    return this.#pending[0]?.operation === 'SYNC';
  }

  begin(): void {
    this.#start = this.#flow.now.copy();
  }

  command(words: readonly string[], count: number): void {
    this.#endUnasked();
    const operation = words[0]!.toUpperCase();
    const exchange = this.#open(operation, words, count);
    if (!this.#isAnswered(operation, words)) return this.#emit(exchange);
    this.#pending.push(exchange);
    this.#isPipelined ||= this.#pending.length > 1;
    if (this.#pending.length <= pendingLimit) return;
    this.#flow.noteExchangeLimit();
    const oldest = this.#pending.shift()!;
    this.#passedOver += oldest.awaited;
    this.#emit(oldest);
  }

  reply(reply: Reply): void {
    if (reply.isVersion3) this.#session.version = 3;
    const isConfirmation = this.#noteSubscription(reply);
    if (!isConfirmation && this.#isUnasked(reply)) return;
    if (this.#passedOver > 0) {
      this.#passedOver--;
      return;
    }
    const exchange = this.#pending[0];
    if (isConfirmation && exchange?.operation !== reply.first.toUpperCase()) return;
    if (exchange === undefined) return this.#addUnasked(reply);
    exchange.awaited--;
    // A refused subscription is refused once, whatever its channels.
    if (exchange.awaited > 0 && reply.kind !== 'error') return;
    this.#pending.shift();
    this.#answer(exchange, reply);
  }

  /**
   * Messages are missing. Writes what is still open, and says whether commands that come later can be paired again: not of a client that does not wait for its replies, nor where what
   * is missing may have changed what is replied at all.
   */
  startOver(isCommandLost: boolean): boolean {
    const operation = this.#pending[0]?.operation;
    this.finish();
    if (isCommandLost) this.#session.database = undefined;
    return this.#isAsking && !this.#isPipelined && (operation === undefined || !changesConnection(operation));
  }

  /** Writes what is still open. */
  finish(): void {
    this.#endUnasked();
    for (const exchange of this.#pending.splice(0)) this.#emit(exchange);
  }

  #addUnasked(reply: Reply): void {
    const row = (this.#unasked ??= this.#open(undefined, [], 0));
    row.replies++;
    row.end = this.#flow.now.copy();
    if (row.reply === undefined || (reply.kind === 'error' && row.reply.kind !== 'error')) row.reply = reply;
  }

  #endUnasked(): void {
    if (this.#unasked === undefined) return;
    this.#emit(this.#unasked);
    this.#unasked = undefined;
  }

  #open(operation: string | undefined, words: readonly string[], count: number): Exchange {
    const start = (operation === undefined ? undefined : this.#start) ?? this.#flow.now.copy();
    const isMany = operation !== undefined && isSubscription(operation);
    return {
      ordinal: this.#ordinal++,
      operation,
      words,
      key: operation === undefined ? undefined : keyOf(operation, words),
      value: operation === undefined ? undefined : valueOf(operation, words, count),
      start,
      end: this.#flow.now.copy(),
      reply: undefined,
      replies: 0,
      awaited: isMany ? Math.max(1, count - 1) : 1,
    };
  }

  /** Whether the server will answer, by https://redis.io/docs/latest/commands/client-reply/. In a transaction it answers that it is queued. */
  #isAnswered(operation: string, words: readonly string[]): boolean {
    if (operation === 'MULTI') this.#isTransaction = true;
    else if (operation === 'EXEC' || operation === 'DISCARD') this.#isTransaction = false;
    else if (operation === 'RESET') {
      this.#isTransaction = false;
      this.#mode = 'on';
    } else if (operation === 'CLIENT' && words[1]?.toUpperCase() === 'REPLY' && !this.#isTransaction) {
      return this.#turnReplies(words[2]?.toUpperCase());
    }
    const isAnswered = this.#mode === 'on';
    if (this.#mode === 'skip') this.#mode = 'on';
    return isAnswered;
  }

  #turnReplies(wanted: string | undefined): boolean {
    const before = this.#mode;
    if (wanted === 'ON') this.#mode = 'on';
    else if (wanted === 'OFF') this.#mode = 'off';
    else if (wanted === 'SKIP' && before !== 'off') this.#mode = 'skip';
    else if (before === 'skip') this.#mode = 'on';
    // Neither `OFF` nor `SKIP` is answered, nor anything else that follows one of them.
    return wanted === 'ON' || (before === 'on' && this.#mode === 'on');
  }

  /** True if the reply says that a channel was joined or left. It comes as a push in RESP3, and looks like any array before. */
  #noteSubscription(reply: Reply): boolean {
    if (reply.kind !== 'aggregate' && reply.kind !== 'push') return false;
    const operation = reply.first.toUpperCase();
    if (!isSubscription(operation) || Number.isNaN(reply.last)) return false;
    const isExpected = reply.kind === 'push' || this.#isSubscribed || this.#pending[0]?.operation === operation;
    if (isExpected) this.#isSubscribed = reply.last > 0;
    return isExpected;
  }

  /** Messages of channels, keys that changed, what others ask the server. */
  #isUnasked(reply: Reply): boolean {
    if (reply.kind === 'push') return true;
    if (reply.kind === 'aggregate' && (this.#isSubscribed || this.#pending.length === 0)) {
      return reply.first === 'message' || reply.first === 'pmessage' || reply.first === 'smessage';
    }
    // Where the capture began behind MONITOR, its lines stand alone.
    return (this.#isMonitoring || this.#pending.length === 0) && reply.isSimple && isMonitorLine(reply.text);
  }

  #answer(exchange: Exchange, reply: Reply): void {
    exchange.reply = reply;
    exchange.end = this.#flow.now.copy();
    if (reply.kind !== 'error') this.#noteSuccess(exchange, reply);
    this.#emit(exchange);
  }

  #noteSuccess({ operation, words }: Exchange, reply: Reply): void {
    const session = this.#session;
    // A command that was only queued has not been carried out.
    if (reply.isSimple && reply.text === 'QUEUED') return;
    switch (operation) {
      case 'AUTH':
        session.user = words.length > 2 ? words[1] : 'default';
        break;
      case 'SELECT':
        session.database = words[1];
        break;
      case 'HELLO':
        this.#noteHello(words);
        break;
      case 'RESET':
        Object.assign(session, { version: 2, user: undefined, database: undefined });
        this.#isSubscribed = false;
        this.#isMonitoring = false;
        break;
      case 'MONITOR':
        this.#isMonitoring = true;
        break;
      case 'SYNC':
      case 'PSYNC':
        this.#isReplica = true;
    }
  }

  #noteHello(words: readonly string[]): void {
    if (words[1] === '2' || words[1] === '3') this.#session.version = words[1] === '3' ? 3 : 2;
    const at = words.findIndex((word) => word.toUpperCase() === 'AUTH');
    if (at > 0 && words[at + 1] !== undefined) this.#session.user = words[at + 1];
  }

  #emit(exchange: Exchange): void {
    const record = this.#flow.newRecord('redis', exchange.ordinal, exchange.start, exchange.end);
    buildRecord(record, exchange, this.#session);
    this.#flow.emit(record);
  }
}

/** `1700000000.123456 [0 127.0.0.1:50000] "get" "key"`: seconds, a point, microseconds, a blank and a bracket. */
function isMonitorLine(text: string): boolean {
  const point = text.indexOf('.');
  return point > 0 && point < 12 && text.startsWith(' [', point + 7);
}
