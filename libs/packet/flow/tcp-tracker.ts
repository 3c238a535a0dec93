import { TcpFlag, type Packet } from '../layers/packet.ts';
import { Count, FlowFlag, Word, countsPerFlow, wordsPerFlow, type FlowSlab } from './flow-slab.ts';
import { HistoryBit, Letter, addLetter, addLetterOnce, addLetterScaled } from './history.ts';

/** States of one side of a TCP conversation, as Zeek tells them apart. */
export const TcpState = {
  inactive: 0,
  synSent: 1,
  synAckSent: 2,
  /** Seen without its opening. */
  partial: 3,
  established: 4,
  closed: 5,
  reset: 6,
} as const;

/** A SYN or RST whose sequence number is farther off than this says nothing about the stream (bytes). */
const plausibleJump = 1 << 20;

/** In `Word.historyBits`. */
const answered = HistoryBit.syn << 16;
const eitherSyn = HistoryBit.syn | answered;

/**
 * Follows the handshakes, sequence numbers and flags of TCP flows in their rows: what `flow.state`, `flow.history`, `stream_bytes` and the rest are
 * made of. The rules are those of Zeek, whose words the record uses; they trust no single packet more than it deserves.
 */
export class TcpTracker {
  readonly #slab: FlowSlab;
  /** Of the last packet: `Word.lastSequence` of its side before it, as a signed number; where its payload begins if it is the first of its side. */
  lastBefore = 0;

  constructor(slab: FlowSlab) {
    this.#slab = slab;
  }

  /** True if this opening packet begins another conversation on the same ports as `flow`. */
  isReuse(flow: number, side: number, packet: Packet): boolean {
    const flags = packet.tcpFlags;
    if ((flags & TcpFlag.syn) === 0 || (flags & TcpFlag.rst) !== 0) return false;
    const words = this.#slab.words;
    const at = flow * wordsPerFlow;
    const known = words[at + Word.flags]!;
    const sourceState = words[at + Word.state]! & 0xffff;
    // A SYN+ACK opens anew only where the source has said nothing: else it answers, however late.
    if ((flags & TcpFlag.ack) !== 0 && sourceState !== TcpState.inactive) return false;
    const bothClosed = FlowFlag.closed | (FlowFlag.closed << 1);
    if ((known & bothClosed) === bothClosed) return !this.#isMissingSyn(at, side, packet);
    const opener = (flags & TcpFlag.ack) !== 0 ? 1 : 0;
    // Known from the SYN itself or from what the peer acknowledged.
    if (packet.tcpSequence === words[at + Word.start + opener]!) return false;
    // Both SYNs of a simultaneous opening belong together.
    if (
      (flags & TcpFlag.ack) === 0 &&
      side === 1 &&
      sourceState === TcpState.synSent &&
      (words[at + Word.state + 1]! & 0xffff) === TcpState.inactive
    ) {
      return false;
    }
    return true;
  }

  /** The SYN of the conversation that has ended meanwhile: it was captured behind all the rest. One that was seen before opens anew, though the numbers be the same. */
  #isMissingSyn(at: number, side: number, packet: Packet): boolean {
    const words = this.#slab.words;
    const hasSyn = (words[at + Word.historyBits]! & HistoryBit.syn) !== 0;
    return side === 0 && !hasSyn && (packet.tcpFlags & TcpFlag.ack) === 0 && packet.tcpSequence === words[at + Word.start]!;
  }

  /** True if a RST ended the flow, rather than came after both FINs. */
  isReset(flow: number): boolean {
    const at = flow * wordsPerFlow + Word.state;
    return (this.#slab.words[at]! & 0xffff) === TcpState.reset || (this.#slab.words[at + 1]! & 0xffff) === TcpState.reset;
  }

  /** Takes one packet of `side` into the row. */
  packet(flow: number, side: number, packet: Packet): void {
    const { words, numbers } = this.#slab;
    const at = flow * wordsPerFlow;
    const numbersAt = flow * countsPerFlow;
    const peer = 1 - side;
    const flags = packet.tcpFlags;
    const length = packet.payloadLength;
    const sequence = packet.tcpSequence;
    const isSyn = (flags & TcpFlag.syn) !== 0;
    const isFin = (flags & TcpFlag.fin) !== 0;
    const isRst = (flags & TcpFlag.rst) !== 0;
    const isAck = (flags & TcpFlag.ack) !== 0;
    const state = words[at + Word.state + side]! & 0xffff;
    this.lastBefore = words[at + Word.lastSequence + side]! | 0;
    if (this.#goesOn(flow, side, state, packet)) return;
    if (state === TcpState.inactive) this.lastBefore = (sequence + (isSyn ? 1 : 0)) | 0;

    // Payload of a RST is no part of the stream.
    const spanned = (isRst ? 0 : length) + (isSyn ? 1 : 0) + (isFin ? 1 : 0);
    const after = (sequence + spanned) >>> 0;
    this.#startSide(flow, side, state, sequence, after, isSyn);
    // Captured behind packets that it opened the way for.
    if (isSyn && !isFin && !isRst && isAck === (side === 1)) words[at + Word.flags] = words[at + Word.flags]! | FlowFlag.opened;

    const distance = (sequence - words[at + Word.start + side]!) >>> 0;
    this.#writeHistory(flow, side, flags, distance, length);
    this.#watchWindow(flow, side, packet);
    this.#timeHandshake(flow, side, packet);

    if (isFin) {
      words[at + Word.finSequence + side] = (after - 1) >>> 0;
      words[at + Word.flags] = words[at + Word.flags]! | (FlowFlag.fin << side);
    }
    if (isAck) {
      const acknowledged = packet.tcpAcknowledgment;
      if ((words[at + Word.state + peer]! & 0xffff) === TcpState.inactive)
        this.#start(flow, peer, (acknowledged - 1) >>> 0, acknowledged - 1);
      else if (!isRst) {
        const step = (acknowledged - words[at + Word.acknowledged + peer]!) | 0;
        // An acknowledgment of 0 is more often a broken one than a stream that passes 0 just there.
        const isBroken = acknowledged === 0 && step > plausibleJump;
        if (step > 0 && !isBroken && !this.#isBeforeStart(flow, peer, step)) {
          words[at + Word.acknowledged + peer] = acknowledged;
          numbers[numbersAt + Count.acknowledgedDistance + peer] = numbers[numbersAt + Count.acknowledgedDistance + peer]! + step;
        }
      }
    }
    this.#moveLast(flow, side, after, flags, length);
    this.#moveState(flow, side, packet);
  }

  /** The flow was recorded up to here: its events are counted and written anew. Where its streams stand is as before. */
  countAnew(flow: number): void {
    const { words, numbers } = this.#slab;
    const at = flow * wordsPerFlow;
    const numbersAt = flow * countsPerFlow;
    words.fill(0, at + Word.repeats, at + Word.historySyn);
    // An answered SYN is remembered: its handshake may be under way.
    const isAnswered = (words[at + Word.historyBits]! & answered) !== 0;
    words[at + Word.historyBits] = isAnswered ? words[at + Word.historyBits]! & eitherSyn : 0;
    words[at + Word.historyLength] = 0;
    numbers[numbersAt + Count.missedBytes] = 0;
    numbers[numbersAt + Count.handshake] = -1;
  }

  /**
   * True if what would be acknowledged of `side`, `step` bytes on, lies rather before its stream: nearer to the start than to what was acknowledged, and beyond all
   * that was captured. Numbers of 32 bits tell no more (RFC 9293, section 3.4), and a stream of more than 2 GiB has shown that it goes so far.
   */
  #isBeforeStart(flow: number, side: number, step: number): boolean {
    const { numbers } = this.#slab;
    const at = flow * countsPerFlow;
    const known = numbers[at + Count.acknowledgedDistance + side]!;
    const reached = known + step;
    return known < 2 ** 31 && reached > numbers[at + Count.lastDistance + side]! && step > 2 ** 32 - reached;
  }

  /**
   * The way of nearly all packets (header prediction): data or an acknowledgment in the midst of a conversation, in order, of a kind that this side has sent before.
   * Returns false, and has done nothing, if it is any other.
   */
  #goesOn(flow: number, side: number, state: number, packet: Packet): boolean {
    const { words, numbers } = this.#slab;
    const at = flow * wordsPerFlow;
    const peer = 1 - side;
    const length = packet.payloadLength;
    if ((packet.tcpFlags & (TcpFlag.syn | TcpFlag.fin | TcpFlag.rst | TcpFlag.ack)) !== TcpFlag.ack) return false;
    if (state !== TcpState.established && state !== TcpState.partial) return false;
    if (packet.tcpWindow === 0) return false;
    const history = words[at + Word.historyBits]!;
    if (((history >>> (side * 16)) & (length > 0 ? HistoryBit.data : HistoryBit.ack)) === 0) return false;
    const mayEndHandshake = side === 0 && ((history >>> 16) & HistoryBit.syn) !== 0;
    if (mayEndHandshake && (words[at + Word.flags]! & FlowFlag.handshakeOver) === 0) return false;
    if (words[at + Word.lastSequence + side] !== packet.tcpSequence) return false;
    const acknowledged = packet.tcpAcknowledgment;
    const isHeard = (words[at + Word.state + peer]! & 0xffff) !== TcpState.inactive;
    const step = (acknowledged - words[at + Word.acknowledged + peer]!) | 0;
    if (isHeard && (step < 0 || step > plausibleJump)) return false;

    const numbersAt = flow * countsPerFlow;
    if (!isHeard) this.#start(flow, peer, (acknowledged - 1) >>> 0, acknowledged - 1);
    else if (step > 0) {
      words[at + Word.acknowledged + peer] = acknowledged;
      numbers[numbersAt + Count.acknowledgedDistance + peer] = numbers[numbersAt + Count.acknowledgedDistance + peer]! + step;
    }
    if (length > 0) {
      words[at + Word.lastSequence + side] = packet.tcpSequence + length;
      numbers[numbersAt + Count.lastDistance + side] = numbers[numbersAt + Count.lastDistance + side]! + length;
    }
    return true;
  }

  #startSide(flow: number, side: number, state: number, sequence: number, after: number, isSyn: boolean): void {
    const words = this.#slab.words;
    const at = flow * wordsPerFlow;
    switch (state) {
      case TcpState.inactive:
        // Without a SYN the numbers are kept as though there had been one, right before.
        if (isSyn) this.#start(flow, side, sequence, after);
        else this.#start(flow, side, (sequence - 1) >>> 0, sequence);
        words[at + Word.flags] = words[at + Word.flags]! | (FlowFlag.started << side);
        break;
      case TcpState.synSent:
      case TcpState.synAckSent:
        if (isSyn && sequence !== words[at + Word.start + side]!) this.#start(flow, side, sequence, after);
        break;
      case TcpState.established:
      case TcpState.partial:
        if (isSyn && sequence !== words[at + Word.start + side]!) this.#start(flow, side, sequence, after);
        break;
      case TcpState.reset:
        // A RST that came before anything else may have been forged: the SYN knows better.
        if (isSyn && words[at + Word.state + side]! >>> 16 === TcpState.inactive) this.#start(flow, side, sequence, after);
        break;
    }
  }

  #start(flow: number, side: number, start: number, last: number): void {
    const { words, numbers } = this.#slab;
    const at = flow * wordsPerFlow;
    words[at + Word.start + side] = start;
    words[at + Word.acknowledged + side] = start;
    words[at + Word.lastSequence + side] = last >>> 0;
    numbers[flow * countsPerFlow + Count.acknowledgedDistance + side] = 0;
    numbers[flow * countsPerFlow + Count.lastDistance + side] = (last - start) >>> 0;
  }

  #moveLast(flow: number, side: number, after: number, flags: number, length: number): void {
    const { words, numbers } = this.#slab;
    const at = flow * wordsPerFlow;
    const last = words[at + Word.lastSequence + side]!;
    const step = (after - last) | 0;
    if ((flags & (TcpFlag.syn | TcpFlag.rst)) !== 0 && (step > plausibleJump || step < -plausibleJump)) return;
    const onlySynBefore = last === (words[at + Word.start + side]! + 1) >>> 0;
    if ((flags & TcpFlag.fin) !== 0 && onlySynBefore) {
      // Only SYN and FIN were captured: between them may lie more than 2 GiB.
      words[at + Word.lastSequence + side] = after;
      numbers[flow * countsPerFlow + Count.lastDistance + side] =
        numbers[flow * countsPerFlow + Count.lastDistance + side]! + ((after - last) >>> 0);
    } else if ((words[at + Word.state + side]! & 0xffff) === TcpState.reset) {
      return;
    } else if (step > 0) {
      words[at + Word.lastSequence + side] = after;
      numbers[flow * countsPerFlow + Count.lastDistance + side] = numbers[flow * countsPerFlow + Count.lastDistance + side]! + step;
    } else if (length > 0) {
      const count = words[at + Word.repeats + side]! + 1;
      words[at + Word.repeats + side] = count;
      addLetterScaled(this.#slab, flow, side, count, Letter.repeat);
    }
  }

  #writeHistory(flow: number, side: number, flags: number, distance: number, length: number): void {
    const slab = this.#slab;
    const words = slab.words;
    const at = flow * wordsPerFlow;
    switch (flags & (TcpFlag.syn | TcpFlag.fin | TcpFlag.rst)) {
      case 0:
        if (length > 0) addLetterOnce(slab, flow, side, HistoryBit.data, Letter.data);
        else if ((flags & TcpFlag.ack) !== 0) addLetterOnce(slab, flow, side, HistoryBit.ack, Letter.ack);
        break;
      case TcpFlag.syn: {
        const letter = (flags & TcpFlag.ack) !== 0 ? Letter.synAck : Letter.syn;
        if (addLetterOnce(slab, flow, side, HistoryBit.syn, letter) && distance !== words[at + Word.historySyn + side]!)
          addLetter(slab, flow, side, letter);
        words[at + Word.historySyn + side] = distance;
        break;
      }
      case TcpFlag.fin: {
        // A FIN stands behind the data of its packet.
        const end = (distance + length) >>> 0;
        if (addLetterOnce(slab, flow, side, HistoryBit.fin, Letter.fin) && end !== words[at + Word.historyFin + side]!)
          addLetter(slab, flow, side, Letter.fin);
        words[at + Word.historyFin + side] = end;
        break;
      }
      case TcpFlag.rst:
        if (addLetterOnce(slab, flow, side, HistoryBit.rst, Letter.rst) && distance !== words[at + Word.historyRst + side]!)
          addLetter(slab, flow, side, Letter.rst);
        words[at + Word.historyRst + side] = distance;
        break;
      default:
        if ((flags & TcpFlag.fin) !== 0 && (flags & TcpFlag.rst) !== 0)
          addLetterOnce(slab, flow, side, HistoryBit.finAndRst, Letter.finAndRst);
        else addLetterOnce(slab, flow, side, HistoryBit.severalFlags, Letter.severalFlags);
    }
  }

  #watchWindow(flow: number, side: number, packet: Packet): void {
    if (packet.tcpWindow !== 0 || (packet.tcpFlags & TcpFlag.rst) !== 0) return;
    const words = this.#slab.words;
    const at = flow * wordsPerFlow;
    // After the peer's FIN, or one's own RST, there is no window to speak of.
    if ((words[at + Word.state + 1 - side]! & 0xffff) === TcpState.closed || (words[at + Word.state + side]! & 0xffff) === TcpState.reset)
      return;
    const count = words[at + Word.zeroWindows + side]! + 1;
    words[at + Word.zeroWindows + side] = count;
    addLetterScaled(this.#slab, flow, side, count, Letter.zeroWindow);
  }

  /** From the first SYN to the first packet of the source that acknowledges the SYN+ACK. */
  #timeHandshake(flow: number, side: number, packet: Packet): void {
    const { words, numbers } = this.#slab;
    const at = flow * wordsPerFlow;
    const flags = words[at + Word.flags]!;
    if (side !== 0 || (flags & FlowFlag.handshakeOver) !== 0) return;
    const hasBegun = (flags & FlowFlag.handshakeBegun) !== 0;
    if ((packet.tcpFlags & TcpFlag.syn) !== 0) {
      if (!hasBegun) {
        words[at + Word.flags] = flags | FlowFlag.handshakeBegun;
        words[at + Word.synSeconds] = packet.seconds;
        words[at + Word.synNanos] = packet.nanos;
      }
      return;
    }
    const answered = (words[at + Word.historyBits]! >>> 16) & HistoryBit.syn;
    const isReset = (packet.tcpFlags & TcpFlag.rst) !== 0;
    if (!isReset && (answered === 0 || !this.#acknowledgesSyn(at, packet))) return;
    words[at + Word.flags] = flags | FlowFlag.handshakeOver;
    if (!hasBegun || isReset) return;
    const nanos = (packet.seconds - words[at + Word.synSeconds]!) * 1e9 + (packet.nanos - words[at + Word.synNanos]!);
    if (nanos >= 0) numbers[flow * countsPerFlow + Count.handshake] = nanos;
  }

  /** RFC 9293, section 3.10.7.4 (SYN-RECEIVED): an acknowledgment of less than the SYN+ACK ends no handshake. */
  #acknowledgesSyn(at: number, packet: Packet): boolean {
    return (packet.tcpFlags & TcpFlag.ack) !== 0 && ((packet.tcpAcknowledgment - this.#slab.words[at + Word.start + 1]!) | 0) > 0;
  }

  #setState(flow: number, side: number, state: number): void {
    const at = flow * wordsPerFlow + Word.state + side;
    const before = this.#slab.words[at]! & 0xffff;
    if (before !== state) this.#slab.words[at] = (before << 16) | state;
  }

  #close(flow: number, side: number): void {
    const at = flow * wordsPerFlow + Word.flags;
    this.#slab.words[at] = this.#slab.words[at]! | (FlowFlag.closed << side);
  }

  #moveState(flow: number, side: number, packet: Packet): void {
    const words = this.#slab.words;
    const at = flow * wordsPerFlow;
    const flags = packet.tcpFlags;
    const isFin = (flags & TcpFlag.fin) !== 0;
    const isRst = (flags & TcpFlag.rst) !== 0;
    const state = words[at + Word.state + side]! & 0xffff;
    switch (state) {
      case TcpState.inactive:
        this.#moveInactive(flow, side, flags, packet.payloadLength);
        return;
      case TcpState.synSent:
      case TcpState.synAckSent:
        if (isFin) this.#setState(flow, side, TcpState.closed);
        if (isRst) this.#setState(flow, side, TcpState.reset);
        break;
      case TcpState.established:
      case TcpState.partial: {
        const peer = 1 - side;
        const peerState = words[at + Word.state + peer]!;
        if (
          (flags & (TcpFlag.syn | TcpFlag.ack)) === TcpFlag.syn &&
          state === TcpState.partial &&
          (peerState & 0xffff) === TcpState.inactive
        ) {
          this.#setState(flow, side, TcpState.synSent);
        }
        if (isFin && !isRst) {
          this.#setState(flow, side, TcpState.closed);
          // FIN, then RST, is how many stacks end in good order once the other side ends too.
          if (peerState === ((TcpState.closed << 16) | TcpState.reset)) this.#setState(flow, peer, TcpState.closed);
        }
        if (isRst) this.#setState(flow, side, TcpState.reset);
        break;
      }
      case TcpState.closed:
        if (isRst && (words[at + Word.state + 1 - side]! & 0xffff) !== TcpState.closed) this.#setState(flow, side, TcpState.reset);
        break;
    }
    if (isFin || isRst) this.#close(flow, side);
  }

  #moveInactive(flow: number, side: number, flags: number, length: number): void {
    const words = this.#slab.words;
    const peer = 1 - side;
    const peerState = words[flow * wordsPerFlow + Word.state + peer]! & 0xffff;
    const isAck = (flags & TcpFlag.ack) !== 0;
    let state: number = TcpState.inactive;
    if ((flags & TcpFlag.syn) !== 0) {
      // A SYN that was captured behind its SYN+ACK completes the opening.
      if (side === 0) state = isAck ? TcpState.synAckSent : peerState === TcpState.established ? TcpState.established : TcpState.synSent;
      else {
        if (peerState === TcpState.synSent) this.#setState(flow, peer, TcpState.established);
        state = TcpState.established;
      }
    }
    if ((flags & TcpFlag.fin) !== 0) state = TcpState.closed;
    if ((flags & TcpFlag.rst) !== 0) state = TcpState.reset;
    if (state === TcpState.inactive) {
      // Some stacks acknowledge a SYN before they answer it; that alone is no partial conversation.
      if (side === 1 && length === 0 && peerState === TcpState.synSent) return;
      // SYN+ACK was seen and now the ACK: only the SYN is missing.
      state = isAck && peerState === TcpState.established ? TcpState.established : TcpState.partial;
    }
    // Zeek walks through the state of the SYN first, and what came before decides later on.
    if ((flags & TcpFlag.syn) !== 0 && (state === TcpState.closed || state === TcpState.reset)) {
      this.#setState(flow, side, side === 0 ? (isAck ? TcpState.synAckSent : TcpState.synSent) : TcpState.established);
    }
    this.#setState(flow, side, state);
    if (state === TcpState.closed || state === TcpState.reset) this.#close(flow, side);
  }
}

/** True where a hole between what was acknowledged and what was captured is certain: both sides opened, and none ended by force. */
export function isClean(slab: FlowSlab, flow: number): boolean {
  const at = flow * wordsPerFlow + Word.state;
  return isCleanState(slab.words[at]!) && isCleanState(slab.words[at + 1]!);
}

function isCleanState(state: number): boolean {
  return (state & 0xffff) === TcpState.established || state === ((TcpState.established << 16) | TcpState.closed);
}

/** TCP payload that `side` sent, by sequence numbers. */
export function streamBytes(slab: FlowSlab, flow: number, side: number): number {
  const { words, numbers } = slab;
  const at = flow * wordsPerFlow;
  const acknowledged = numbers[flow * countsPerFlow + Count.acknowledgedDistance + side]!;
  const state = words[at + Word.state + side]!;
  // A half-open connection that was discovered and aborted: its numbers belong to another conversation.
  if (
    state === ((TcpState.synSent << 16) | TcpState.reset) &&
    (words[at + Word.state + 1 - side]! & 0xffff) === TcpState.inactive &&
    acknowledged > 1
  ) {
    return 0;
  }
  let size = Math.max(numbers[flow * countsPerFlow + Count.lastDistance + side]!, acknowledged);
  if (size > 0) size--; // the SYN
  if ((words[at + Word.flags]! & (FlowFlag.fin << side)) !== 0 && size > 0) size--;
  return size;
}
