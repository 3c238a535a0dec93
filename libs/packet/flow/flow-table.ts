import type { KnownHeader } from '../layers/header-prediction.ts';
import { Network, TcpFlag, IpProtocol, type Packet } from '../layers/packet.ts';
import { Count, FlowFlag, FlowSlab, Word, countsPerFlow, wordsPerFlow } from './flow-slab.ts';
import { EqualStarts } from './equal-starts.ts';
import { FlowIndex } from './flow-index.ts';
import { FlowKey, keyWords } from './flow-key.ts';
import { FlowLinks } from './flow-links.ts';
import { RivalOpenings } from './rival-openings.ts';
import { Letter, HistoryBit, addLetter, addLetterOnce } from './history.ts';
import { TcpTracker } from './tcp-tracker.ts';
import { TimerWheel } from './timer-wheel.ts';
import { defaultTimeouts, idleTimeout, type FlowTimeouts } from './timeouts.ts';

/** Why a flow's record was closed. */
export type EndReason = 'fin' | 'rst' | 'idle' | 'active-timeout' | 'end-of-capture' | 'evicted';

/** Is told of each flow that ends, while its row still stands. */
export type FlowEnded = (flow: number, reason: EndReason) => void;

/** Is told how a flow that lasts longer than `FlowTimeouts.active` is recorded in pieces. */
export interface FlowPieces {
  /** A piece is over: its numbers stand in the row now, and are counted anew behind. Returns false to be asked again in a second; `late` ones have passed since the first time. */
  told(flow: number, late: number): boolean;
  /** The next piece has begun, and its beginning stands in the row. */
  begun(flow: number): void;
}

/** Flows that are held at a time; the one whose time would come first makes room. About 430 bytes each. */
export const defaultFlowLimit = 1 << 20;

/** A packet whose time lies farther back than this (seconds) is the start of another clock, not an older packet. */
const clockSlack = 60;

/** Words in a line of the processor's cache. */
const wordsPerLine = 16;

/** Candidates that eviction looks at for one that has been quiet. */
const evictionTries = 8;

export interface FlowTableOptions {
  readonly limit?: number;
  readonly timeouts?: FlowTimeouts;
  readonly seed?: number;
  /** Without it a flow that lasts longer than `timeouts.active` ends, and what comes behind is another one. */
  readonly pieces?: FlowPieces;
}

/**
 * The conversations that are open, by their key. Rows of numbers in a slab, found through an open-addressing table; ended by timers that run on the
 * time of the packets.
 *
 * For each packet: `find` or `open` its flow, then `count` it. What ends is told to `ended` before its row goes.
 */
export class FlowTable {
  readonly slab: FlowSlab;
  readonly tracker: TcpTracker;
  readonly links: FlowLinks;
  readonly rivals: RivalOpenings;
  readonly starts: EqualStarts;
  readonly #key: FlowKey;
  readonly #wheel: TimerWheel;
  readonly #timeouts: FlowTimeouts;
  readonly #ended: FlowEnded;
  readonly #pieces: FlowPieces | undefined;
  readonly #visit = (flow: number): void => this.#look(flow);
  readonly #laterFirst = (a: number, b: number): number => {
    const { words } = this.slab;
    const first = a * wordsPerFlow;
    const second = b * wordsPerFlow;
    return (
      words[second + Word.firstSeconds]! - words[first + Word.firstSeconds]! ||
      words[second + Word.firstNanos]! - words[first + Word.firstNanos]! ||
      words[second + Word.opening]! - words[first + Word.opening]!
    );
  };
  /** Flows whose time has come. */
  #due: number[] = [];
  readonly #index = new FlowIndex();
  /** The clock is packet time plus this, so that it never goes back. */
  #clockOffset = 0;
  #clockStarted = false;
  evicted = 0;
  /** What `touch` has read, so that it is not optimized away. */
  touched = 0;
  /** Number of the next flow that is opened. Who takes a part of the packets sets it to the number of the packet among all. */
  nextOpening = 0;
  /** The flow that `ended` is being told of. */
  ending = -1;
  /** Flows that are to be ended, those before `#nextEnding` were. */
  #endings: Uint32Array | undefined;
  #nextEnding = 0;

  constructor(ended: FlowEnded, options: FlowTableOptions = {}) {
    this.slab = new FlowSlab(options.limit ?? defaultFlowLimit);
    this.tracker = new TcpTracker(this.slab);
    this.links = new FlowLinks(this.slab);
    this.rivals = new RivalOpenings(this.slab, this.links);
    this.starts = new EqualStarts(this.slab);
    this.#wheel = new TimerWheel(this.slab);
    this.#timeouts = options.timeouts ?? defaultTimeouts;
    this.#ended = ended;
    this.#pieces = options.pieces;
    this.#key = new FlowKey(options.seed);
  }

  get live(): number {
    return this.slab.live;
  }

  /** Whole seconds that the packets' clock has moved on since the first one; never goes back. */
  get clock(): number {
    return this.#wheel.now;
  }

  /** Side of the last `find`'s packet within the flow that it found or that was opened for it. */
  sideOf(flow: number): 0 | 1 {
    return this.sideOfEnd(flow, this.#key.senderIsHigh);
  }

  /** Which end of its flow's key the last `find`'s packet came from: true for the higher one. Unlike its side, that never changes. */
  get senderIsHigh(): boolean {
    return this.#key.senderIsHigh;
  }

  sideOfEnd(flow: number, isHigh: boolean): 0 | 1 {
    const sourceIsHigh = (this.slab.words[flow * wordsPerFlow + Word.flags]! & FlowFlag.sourceIsHigh) !== 0;
    return isHigh === sourceIsHigh ? 0 : 1;
  }

  /** Moves the timers on to the time of a packet. */
  advance(seconds: number): void {
    let now = seconds + this.#clockOffset;
    const clock = this.#wheel.now;
    if (!this.#clockStarted || now < clock - clockSlack) {
      this.#clockStarted = true;
      this.#clockOffset += clock - now;
      now = clock;
    }
    this.advanceTo(now);
  }

  /** Moves the timers on to a clock that another table has told. Of the flows that end, those that began first end first. */
  advanceTo(clock: number): void {
    if (clock <= this.#wheel.now) return;
    this.#wheel.advance(clock, this.#visit);
    if (this.#due.length === 0) return;
    const due = this.#due.sort(this.#laterFirst).reverse();
    this.#due = [];
    for (const flow of due) {
      const reason = this.#naturalReason(flow) ?? this.#timeoutReason(flow);
      if (reason === 'active-timeout' && this.#pieces !== undefined) this.#tell(flow, this.#pieces);
      else this.#finish(flow, reason);
    }
  }

  /** The flow that a packet belongs to; -1 if there is none yet. The packet's key stays for `open`. */
  find(packet: Packet, tunnelKinds: number, tunnelIdentity: number, vlan: number): number {
    const key = this.#key;
    key.fill(packet, tunnelKinds, tunnelIdentity, vlan);
    const { words } = this.slab;
    for (let bucket = this.#index.first(key.hash); ; bucket = this.#index.next(bucket, key.hash)) {
      const flow = this.#index.flowAt(bucket);
      if (flow < 0) return flow;
      const at = flow * wordsPerFlow;
      if (isSameKey(words, at, key.words) && (words[at + Word.flags]! & FlowFlag.setAside) === 0) return flow;
    }
  }

  /**
   * Reads a little of all that a packet of `flow` needs. Done for several flows at once the processor waits for the memory of all of them together, and not packet by packet;
   * any row may be asked for.
   */
  touch(flow: number): void {
    const { words, numbers } = this.slab;
    const at = flow * wordsPerFlow;
    const numbersAt = flow * countsPerFlow;
    const ofWords = words[at]! + words[at + wordsPerLine]! + words[at + 2 * wordsPerLine]!;
    const ofNumbers = numbers[numbersAt]! + numbers[numbersAt + countsPerFlow - 1]!;
    this.touched = ofWords + ofNumbers + this.#index.first(words[at + Word.hash]!);
  }

  /** As `find`, for a packet whose headers were known: the flow that `remember` was told of, if it is there still; -1 if that has to be found. */
  recall(known: KnownHeader): number {
    const { flow } = known;
    if (flow < 0) return flow;
    const { words } = this.slab;
    const at = flow * wordsPerFlow;
    if (words[at + Word.generation] !== known.generation || (words[at + Word.flags]! & FlowFlag.setAside) !== 0) return -1;
    this.#key.senderIsHigh = known.senderIsHigh;
    return flow;
  }

  /** The packet of the last `find` is of `flow`, and so are those with the same headers. */
  remember(known: KnownHeader, flow: number): void {
    known.flow = flow;
    known.generation = this.slab.words[flow * wordsPerFlow + Word.generation]!;
    known.senderIsHigh = this.#key.senderIsHigh;
  }

  /** Begins a flow for the packet of the last `find`. Its sender is the source, unless the packet is an answer. */
  open(packet: Packet): number {
    if (this.slab.isFull) this.#evict();
    const flow = this.slab.take();
    const words = this.slab.words;
    const at = flow * wordsPerFlow;
    words.set(this.#key.words, at);
    words[at + Word.hash] = this.#key.hash;
    const isSyn =
      packet.protocol === IpProtocol.tcp &&
      packet.hasTransport &&
      (packet.tcpFlags & (TcpFlag.syn | TcpFlag.rst | TcpFlag.fin)) === TcpFlag.syn;
    const isAnswer = isSyn && (packet.tcpFlags & TcpFlag.ack) !== 0;
    words[at + Word.flags] = (this.#key.senderIsHigh !== isAnswer ? FlowFlag.sourceIsHigh : 0) | (isSyn ? FlowFlag.opened : 0);
    if (isAnswer) addLetter(this.slab, flow, 0, Letter.flipped);
    words[at + Word.firstSeconds] = packet.seconds;
    words[at + Word.firstNanos] = packet.nanos;
    words[at + Word.lastSeconds] = packet.seconds;
    words[at + Word.lastNanos] = packet.nanos;
    words[at + Word.opening] = this.nextOpening++;
    words[at + Word.firstTick] = this.#wheel.now;
    words[at + Word.lastTick] = this.#wheel.now;
    words[at + Word.first] = packet.protocol === IpProtocol.tcp ? packet.tcpSequence : (packet.icmpType << 8) | packet.icmpCode;
    this.starts.open(flow);
    this.#index.add(flow, this.#key.hash);
    this.#wheel.schedule(flow, this.#wheel.now + this.#firstTimeout(packet, isSyn));
    return flow;
  }

  /** Counts a packet of `side`, in a frame of `wireLength` bytes, into its flow and follows its transport. */
  count(flow: number, side: number, packet: Packet, wireLength: number): void {
    this.links.note(flow, side, packet);
    this.countKnown(flow, side, packet, wireLength);
  }

  /** As `count`, for a packet whose link addresses and tags the flow was seen with before. */
  countKnown(flow: number, side: number, packet: Packet, wireLength: number): void {
    const { words, numbers } = this.slab;
    const at = flow * wordsPerFlow;
    const numbersAt = flow * countsPerFlow + side;
    const packets = words[at + Word.packets + side]!;
    if (packets === 0 && (words[at + Word.flags]! & FlowFlag.told) !== 0) this.#beginPiece(flow, packet);
    words[at + Word.packets + side] = packets + 1;
    numbers[numbersAt + Count.wireBytes] = numbers[numbersAt + Count.wireBytes]! + wireLength;
    numbers[numbersAt + Count.ipBytes] = numbers[numbersAt + Count.ipBytes]! + packet.ipBytes;
    numbers[numbersAt + Count.payloadBytes] = numbers[numbersAt + Count.payloadBytes]! + packet.payloadLength;
    words[at + Word.lastTick] = this.#wheel.now;
    this.#stretch(at, packet);
    if (packet.protocol === IpProtocol.tcp) {
      if (packet.hasTransport) {
        const stateBefore = words[at + Word.state]! ^ words[at + Word.state + 1]!;
        this.tracker.packet(flow, side, packet);
        if (stateBefore !== (words[at + Word.state]! ^ words[at + Word.state + 1]!)) this.#hasten(flow);
      }
    } else if (packet.protocol === IpProtocol.udp && packet.network !== Network.arp) {
      addLetterOnce(this.slab, flow, side, HistoryBit.data, Letter.data);
    }
  }

  /** Exchanges source and destination of a flow whose opening was not seen. */
  turnRound(flow: number): void {
    const { words, numbers } = this.slab;
    const at = flow * wordsPerFlow;
    words[at + Word.flags] = swapFlags(words[at + Word.flags]!) ^ FlowFlag.sourceIsHigh;
    for (const word of sidedWords) swap(words, at + word);
    for (let count = 0; count < Count.missedBytes; count += 2) swap(numbers, flow * countsPerFlow + count);
    words[at + Word.historyBits] = (words[at + Word.historyBits]! >>> 16) | (words[at + Word.historyBits]! << 16);
    flipHistory(this.slab, flow);
    this.links.turnRound(flow);
  }

  /** Ends a flow whose ports begin another conversation. */
  endEarly(flow: number): void {
    this.end(flow, this.#naturalReason(flow) ?? 'idle');
  }

  /** The flow that was opened for a SYN whose packets are counted elsewhere now: frees the row and tells nobody. */
  withdraw(flow: number): void {
    this.#wheel.cancel(flow);
    this.#free(flow);
  }

  /** The SYN of `rival` has changed nothing: its packets are those of `incumbent`. */
  giveBack(rival: number, incumbent: number, packet: Packet): void {
    if (this.slab.hasFlag(incumbent, FlowFlag.told)) this.#beginPiece(incumbent, packet);
    this.rivals.giveBack(rival, incumbent);
  }

  /** True if no packet has come since the flow was recorded. */
  isTold(flow: number): boolean {
    return this.slab.hasFlag(flow, FlowFlag.told);
  }

  /** Ends one flow: tells `ended`, then frees the row. */
  end(flow: number, reason: EndReason): void {
    this.#wheel.cancel(flow);
    this.#finish(flow, reason);
  }

  /**
   * Ends up to `count` flows, those first that began first. Returns true once none is left; meanwhile no packet may come.
   */
  endSome(reason: EndReason, count: number): boolean {
    const flows = (this.#endings ??= this.#inOrder());
    for (let i = 0; i < count; i++) {
      if (this.#nextEnding === flows.length) {
        this.#endings = undefined;
        this.#nextEnding = 0;
        return true;
      }
      const flow = flows[this.#nextEnding++]!;
      this.end(flow, this.#naturalReason(flow) ?? reason);
    }
    return false;
  }

  /** All flows, the first one first. */
  #inOrder(): Uint32Array {
    // Mostly the first row was taken first. To sort by rows asks no row for anything, while a comparison asks two, and takes memory for lists of all flows.
    const flows = this.#index.flows().sort();
    for (let i = 1; i < flows.length; i++)
      if (this.#laterFirst(flows[i - 1]!, flows[i]!) < 0) return flows.sort((a, b) => this.#laterFirst(b, a));
    return flows;
  }

  /** How the flow ended by itself, as far as its packets tell. */
  #naturalReason(flow: number): 'fin' | 'rst' | undefined {
    const at = flow * wordsPerFlow;
    const words = this.slab.words;
    if ((words[at + Word.protocol]! & 0xff) !== IpProtocol.tcp) return undefined;
    const flags = words[at + Word.flags]!;
    if ((flags & (FlowFlag.closed | (FlowFlag.closed << 1))) === 0) return undefined;
    if (this.tracker.isReset(flow)) return 'rst';
    return (flags & (FlowFlag.fin | (FlowFlag.fin << 1))) === (FlowFlag.fin | (FlowFlag.fin << 1)) ? 'fin' : undefined;
  }

  /** A flow's turn on the wheel has come. */
  #look(flow: number): void {
    const until = Math.min(this.#idleUntil(flow), this.#activeUntil(flow));
    if (this.#wheel.now <= until) this.#wheel.schedule(flow, until + 1);
    else this.#due.push(flow);
  }

  /** Which time-out came first, however far the clock has jumped. */
  #timeoutReason(flow: number): 'idle' | 'active-timeout' {
    return this.#idleUntil(flow) <= this.#activeUntil(flow) ? 'idle' : 'active-timeout';
  }

  #idleUntil(flow: number): number {
    return this.slab.words[flow * wordsPerFlow + Word.lastTick]! + idleTimeout(this.slab, flow, this.#timeouts);
  }

  #activeUntil(flow: number): number {
    if (this.#timeouts.active === 0 || this.isTold(flow)) return Infinity;
    // What has ended waits only for late packets, and is one piece with them.
    if (this.#pieces !== undefined && this.#naturalReason(flow) !== undefined) return Infinity;
    return this.slab.words[flow * wordsPerFlow + Word.firstTick]! + this.#timeouts.active;
  }

  // Pieces of a flow: its key, its state and what is remembered of its streams stay, what its record counts begins anew.

  #tell(flow: number, pieces: FlowPieces): void {
    const { now } = this.#wheel;
    if (!pieces.told(flow, now - this.#activeUntil(flow) - 1)) {
      this.#wheel.schedule(flow, now + 1);
      return;
    }
    const { words, numbers } = this.slab;
    const at = flow * wordsPerFlow;
    words[at + Word.packets] = words[at + Word.packets + 1] = 0;
    numbers.fill(0, flow * countsPerFlow, flow * countsPerFlow + Count.lastDistance);
    this.tracker.countAnew(flow);
    words[at + Word.flags] = words[at + Word.flags]! | FlowFlag.told;
    this.#wheel.schedule(flow, this.#idleUntil(flow) + 1);
  }

  #beginPiece(flow: number, packet: Packet): void {
    const { words } = this.slab;
    const at = flow * wordsPerFlow;
    words[at + Word.flags] = words[at + Word.flags]! & ~FlowFlag.told;
    words[at + Word.firstSeconds] = words[at + Word.lastSeconds] = packet.seconds;
    words[at + Word.firstNanos] = words[at + Word.lastNanos] = packet.nanos;
    words[at + Word.firstTick] = words[at + Word.lastTick] = this.#wheel.now;
    words[at + Word.opening] = this.nextOpening++;
    if (packet.protocol === IpProtocol.tcp) words[at + Word.first] = packet.tcpSequence;
    this.starts.free(flow);
    this.starts.open(flow);
    this.#wheel.cancel(flow);
    this.#wheel.schedule(flow, Math.min(this.#idleUntil(flow), this.#activeUntil(flow)) + 1);
    this.#pieces!.begun(flow);
  }

  /** After a change of state the flow's turn may come sooner. */
  #hasten(flow: number): void {
    const timeout = idleTimeout(this.slab, flow, this.#timeouts);
    if (timeout >= this.#timeouts.tcpEstablished) return;
    this.#wheel.cancel(flow);
    this.#wheel.schedule(flow, Math.min(this.#wheel.now + timeout, this.#activeUntil(flow)) + 1);
  }

  #firstTimeout(packet: Packet, isSyn: boolean): number {
    const { tcpAttempt, tcpClosed, udp, icmp, active } = this.#timeouts;
    const idle = packet.protocol === IpProtocol.tcp ? (isSyn ? tcpAttempt : tcpClosed) : packet.protocol === IpProtocol.udp ? udp : icmp;
    return (active > 0 ? Math.min(idle, active) : idle) + 1;
  }

  #evict(): void {
    for (let i = 0; i < evictionTries; i++) {
      const flow = this.#wheel.takeSoonest();
      const left = this.#idleUntil(flow) - this.#wheel.now;
      // One that was busy since it was scheduled goes back, unless all are.
      if (i + 1 < evictionTries && left > this.#timeouts.tcpAttempt) this.#wheel.schedule(flow, this.#wheel.now + left + 1);
      else {
        this.evicted++;
        this.#finish(flow, 'evicted');
        return;
      }
    }
  }

  #finish(flow: number, reason: EndReason): void {
    this.ending = flow;
    this.#ended(flow, reason);
    this.ending = -1;
    this.#free(flow);
  }

  #free(flow: number): void {
    if (this.rivals.count > 0) this.rivals.leave(flow);
    this.#index.remove(flow, this.slab.words[flow * wordsPerFlow + Word.hash]!);
    this.links.forget(flow);
    this.starts.free(flow);
    this.slab.give(flow);
  }

  #stretch(at: number, packet: Packet): void {
    const words = this.slab.words;
    const seconds = packet.seconds;
    const last = words[at + Word.lastSeconds]!;
    if (seconds > last || (seconds === last && packet.nanos > words[at + Word.lastNanos]!)) {
      words[at + Word.lastSeconds] = seconds;
      words[at + Word.lastNanos] = packet.nanos;
    }
  }
}

function isSameKey(words: Uint32Array, at: number, wanted: Uint32Array): boolean {
  for (let i = 0; i < keyWords; i++) if (words[at + i] !== wanted[i]) return false;
  return true;
}

/** Words with one value a side. */
const sidedWords = [
  Word.packets,
  Word.state,
  Word.start,
  Word.lastSequence,
  Word.acknowledged,
  Word.finSequence,
  Word.historySyn,
  Word.historyFin,
  Word.historyRst,
  Word.repeats,
  Word.retransmissions,
  Word.outOfOrder,
  Word.zeroWindows,
  Word.gaps,
];

const sidedFlags = FlowFlag.fin | FlowFlag.started | FlowFlag.closed | FlowFlag.settled;

function swapFlags(flags: number): number {
  const first = flags & sidedFlags;
  const second = flags & (sidedFlags << 1);
  return (flags & ~(sidedFlags | (sidedFlags << 1))) | (first << 1) | (second >>> 1);
}

function swap(array: Uint32Array | Float64Array, at: number): void {
  const kept = array[at]!;
  array[at] = array[at + 1]!;
  array[at + 1] = kept;
}

function flipHistory(slab: FlowSlab, flow: number): void {
  const letters = slab.historyOf(flow);
  for (let i = 0; i < letters.length; i++) if (letters[i] !== Letter.flipped) letters[i] = letters[i]! ^ 0x20;
  if (letters[0] === Letter.flipped) slab.setHistory(flow, letters.slice(1));
  else slab.setHistory(flow, Uint8Array.of(Letter.flipped, ...letters));
}
