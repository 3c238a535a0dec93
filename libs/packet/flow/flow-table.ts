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
import { FlowTimers, beganLater, type EndReason } from './flow-timers.ts';
import { defaultTimeouts, type FlowTimeouts } from './timeouts.ts';

/** Is told of each flow that ends, while its row still stands. */
export type FlowEnded = (flow: number, reason: EndReason) => void;

/** Is told of a flow whose packets have waited for others long enough (`FlowTable.wait`). */
export type FlowWaited = (flow: number) => void;

/** Is told how a flow that lasts longer than `FlowTimeouts.active` is recorded in pieces. */
export interface FlowPieces {
  /** A piece is over: its numbers stand in the row now, and are counted anew behind. Returns false to be asked again in a second; `late` ones have passed since the first time. */
  told(flow: number, late: number): boolean;
  /** The next piece has begun, and its beginning stands in the row. */
  begun(flow: number): void;
}

/** Flows that are held at a time; the one whose time would come first makes room. About 430 bytes each. */
export const defaultFlowLimit = 1 << 20;

/** Words in a line of the processor's cache. */
const wordsPerLine = 16;

export interface FlowTableOptions {
  readonly limit?: number;
  readonly timeouts?: FlowTimeouts;
  readonly seed?: number;
  /** Without it a flow that lasts longer than `timeouts.active` ends, and what comes behind is another one. */
  readonly pieces?: FlowPieces;
  /** For those who let packets wait. */
  readonly waited?: FlowWaited;
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
  readonly #timers: FlowTimers;
  readonly #ended: FlowEnded;
  readonly #pieces: FlowPieces | undefined;
  readonly #waited: FlowWaited | undefined;
  readonly #index = new FlowIndex();
  evicted = 0;
  /** What `touch` has read, so that it is not optimized away. */
  touched = 0;
  /** Number of the next flow that is opened. Who takes a part of the packets sets it to the number of the packet among all. */
  nextOpening = 0;
  /** The flow that is being told of because its time has come. */
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
    this.#timers = new FlowTimers(
      this.slab,
      this.tracker,
      options.timeouts ?? defaultTimeouts,
      options.pieces !== undefined,
      (flow, reason, late) => this.#expired(flow, reason, late),
      (flow) => this.#hasWaited(flow),
    );
    this.#ended = ended;
    this.#pieces = options.pieces;
    this.#waited = options.waited;
    this.#key = new FlowKey(options.seed);
  }

  get live(): number {
    return this.slab.live;
  }

  /** Whole seconds that the packets' clock has moved on since the first one; never goes back. */
  get clock(): number {
    return this.#timers.now;
  }

  /** Moves the timers on to the time of a packet. */
  advance(seconds: number): void {
    this.#timers.advance(seconds);
  }

  /** Moves the timers on to a clock that another table has told. Of the flows that end, those that began first end first. */
  advanceTo(clock: number): void {
    this.#timers.advanceTo(clock);
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
    if (packet.protocol !== IpProtocol.tcp) words[at + Word.first] = (packet.icmpType << 8) | packet.icmpCode;
    this.#begin(flow, packet);
    this.#index.add(flow, this.#key.hash);
    this.#timers.open(flow, packet, isSyn);
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
    words[at + Word.lastTick] = this.#timers.now;
    this.#stretch(at, packet);
    if (packet.protocol === IpProtocol.tcp) {
      if (packet.hasTransport) {
        const stateBefore = words[at + Word.state]! ^ words[at + Word.state + 1]!;
        this.tracker.packet(flow, side, packet);
        if (stateBefore !== (words[at + Word.state]! ^ words[at + Word.state + 1]!)) this.#timers.hasten(flow);
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

  /** How the flow ended by itself, as far as its packets tell: it is held for late ones only. */
  naturalReason(flow: number): 'fin' | 'rst' | undefined {
    return this.#timers.naturalReason(flow);
  }

  /** Ends a flow whose ports begin another conversation. */
  endEarly(flow: number): void {
    this.end(flow, this.naturalReason(flow) ?? 'idle');
  }

  /** The flow that was opened for a SYN whose packets are counted elsewhere now: frees the row and tells nobody. */
  withdraw(flow: number): void {
    this.#timers.cancel(flow);
    this.#free(flow);
  }

  /** The SYN of `rival` has changed nothing: its packets are those of `incumbent`. */
  giveBack(rival: number, incumbent: number, packet: Packet): void {
    if (this.isTold(incumbent)) this.#beginPiece(incumbent, packet);
    this.rivals.giveBack(rival, incumbent);
  }

  /** Packets of a flow begin to wait for others, or bytes for those before them: it is told of, once, when it has been quiet for as long as `flag` says. */
  wait(flow: number, flag: typeof FlowFlag.waiting | typeof FlowFlag.holed): void {
    const flags = flow * wordsPerFlow + Word.flags;
    this.slab.words[flags] = this.slab.words[flags]! | flag;
    // One that is being told of is off the wheel.
    if (flow !== this.ending) this.#timers.wait(flow);
  }

  /** That is over. */
  noteTaken(flow: number, flag: number): void {
    const flags = flow * wordsPerFlow + Word.flags;
    this.slab.words[flags] = this.slab.words[flags]! & ~flag;
  }

  /** True if no packet has come since the flow was recorded. */
  isTold(flow: number): boolean {
    return this.slab.hasFlag(flow, FlowFlag.told);
  }

  /** Ends one flow: tells `ended`, then frees the row. */
  end(flow: number, reason: EndReason): void {
    this.#timers.cancel(flow);
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
      this.end(flow, this.naturalReason(flow) ?? reason);
    }
    return false;
  }

  /** All flows, the first one first. */
  #inOrder(): Uint32Array {
    // Mostly the first row was taken first. To sort by rows asks no row for anything, while a comparison asks two, and takes memory for lists of all flows.
    const flows = this.#index.flows().sort();
    const { words } = this.slab;
    for (let i = 1; i < flows.length; i++)
      if (beganLater(words, flows[i]!, flows[i - 1]!) < 0) return flows.sort((a, b) => beganLater(words, a, b));
    return flows;
  }

  // Pieces of a flow: its key, its state and what is remembered of its streams stay, what its record counts begins anew.

  /** A flow's time is over. */
  #expired(flow: number, reason: EndReason, late: number): void {
    if (reason === 'active-timeout' && this.#pieces !== undefined) this.#tell(flow, this.#pieces, late);
    else this.#finish(flow, reason);
  }

  #hasWaited(flow: number): void {
    this.ending = flow;
    this.#waited?.(flow);
    this.ending = -1;
    this.noteTaken(flow, FlowFlag.waiting | FlowFlag.holed);
  }

  #tell(flow: number, pieces: FlowPieces, late: number): void {
    if (!pieces.told(flow, late)) {
      this.#timers.putOff(flow);
      return;
    }
    const { words, numbers } = this.slab;
    const at = flow * wordsPerFlow;
    words[at + Word.packets] = words[at + Word.packets + 1] = 0;
    numbers.fill(0, flow * countsPerFlow, flow * countsPerFlow + Count.lastDistance);
    this.tracker.countAnew(flow);
    words[at + Word.flags] = words[at + Word.flags]! | FlowFlag.told;
    this.#timers.schedule(flow);
  }

  #beginPiece(flow: number, packet: Packet): void {
    const { words } = this.slab;
    const at = flow * wordsPerFlow;
    words[at + Word.flags] = words[at + Word.flags]! & ~FlowFlag.told;
    this.starts.free(flow);
    this.#begin(flow, packet);
    this.#timers.cancel(flow);
    this.#timers.schedule(flow);
    this.#pieces!.begun(flow);
  }

  /** A flow, or a piece of one, begins with this packet. */
  #begin(flow: number, packet: Packet): void {
    const { words } = this.slab;
    const at = flow * wordsPerFlow;
    words[at + Word.firstSeconds] = words[at + Word.lastSeconds] = packet.seconds;
    words[at + Word.firstNanos] = words[at + Word.lastNanos] = packet.nanos;
    words[at + Word.firstTick] = words[at + Word.lastTick] = this.#timers.now;
    words[at + Word.opening] = this.nextOpening++;
    if (packet.protocol === IpProtocol.tcp) words[at + Word.first] = packet.tcpSequence;
    this.starts.open(flow);
  }

  #evict(): void {
    this.evicted++;
    this.#finish(this.#timers.takeQuietest(), 'evicted');
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
