import type { Instant } from '@orbweaver/kernel/instant.ts';
import { Count, FlowFlag, Word, countsPerFlow, wordsPerFlow } from '@orbweaver/packet/flow/flow-slab.ts';
import type { FlowTable } from '@orbweaver/packet/flow/flow-table.ts';
import { holePatience } from '@orbweaver/packet/flow/flow-timers.ts';
import { Letter, insertLetterScaled } from '@orbweaver/packet/flow/history.ts';
import { TcpState, isClean } from '@orbweaver/packet/flow/tcp-tracker.ts';
import { TcpFlag, type Packet } from '@orbweaver/packet/layers/packet.ts';
import {
  waitingBytesLimit,
  windowLimit,
  type ReassemblyBudget,
  type StreamReassembler,
} from '@orbweaver/packet/reassembly/stream-reassembler.ts';
import { Side } from '@orbweaver/protocols/sdk/analyzer.ts';
import type { Conversation } from './conversation.ts';
import type { DissectionCounters } from './counters.ts';
import { HeldPackets, type HeldFacts, type HeldPacket } from './held-packets.ts';

const eitherSettled = FlowFlag.settled | (FlowFlag.settled << 1);

/** What the content of TCP needs of the dissection around it. */
export interface TcpContentHost {
  readonly now: Instant;
  readonly table: FlowTable;
  readonly budget: ReassemblyBudget;
  readonly counters: DissectionCounters;
  /** Begins the conversation of a flow that has none. */
  converse(flow: number, isStream: boolean): Conversation;
  /** Goes on with the conversation of a flow that came to rest. */
  resume(flow: number): Conversation;
  /** The content of a flow was read to its end. */
  retire(flow: number, conversation: Conversation): void;
}

/**
 * Brings the payload of TCP packets to the streams of their conversations, in the order in which it was sent: a packet that was captured before what it
 * acknowledges waits a while, and what nobody captured is given up. Counts in the flows' rows what it finds out about repeats, order and holes.
 */
export class TcpContent {
  readonly #host: TcpContentHost;
  readonly #now: Instant;
  readonly #table: FlowTable;
  readonly #budget: ReassemblyBudget;

  constructor(host: TcpContentHost) {
    this.#host = host;
    this.#now = host.now;
    this.#table = host.table;
    this.#budget = host.budget;
  }

  /** A packet of `flow`, whose content is followed in `known` if that has begun. `isOuter`: its payload is taken as a packet of its own. */
  take(flow: number, side: Side, packet: Packet, isOuter: boolean, known: Conversation | undefined): void {
    const flags = packet.tcpFlags;
    const isReset = (flags & TcpFlag.rst) !== 0;
    const { payloadStart } = packet;
    // What lies behind the payload's own length is padding.
    const length = isReset || isOuter ? 0 : packet.payloadLength;
    const payloadEnd = Math.max(payloadStart, Math.min(packet.payloadEnd, payloadStart + length));
    const cutOff = length - (payloadEnd - payloadStart);
    const rowFlags = this.#table.slab.words[flow * wordsPerFlow + Word.flags]!;
    if ((rowFlags & FlowFlag.contentDone) !== 0) {
      if (!isReset && this.#isRepeat(flow, side, packet)) this.#countRepeat(flow, side);
      return;
    }
    // Its payload is not followed: nothing tells late bytes from repeated ones.
    if (isOuter && !isReset && this.#isRepeat(flow, side, packet)) this.#countRepeat(flow, side);
    let conversation = known;
    if ((rowFlags & eitherSettled) !== 0) {
      const isWanted = known === undefined && packet.payloadLength > 0;
      if (!isWanted && payloadEnd - payloadStart === packet.payloadLength && this.#followsOn(flow, side, packet)) return;
      conversation ??= this.#host.resume(flow);
      this.#unsettle(flow, side, conversation);
    }
    const peer = otherSide(side);
    const isAnswering = (flags & (TcpFlag.ack | TcpFlag.rst)) === TcpFlag.ack;
    if (isAnswering) conversation ??= this.#converseUnheard(flow, peer, packet.tcpAcknowledgment);
    if (length > 0) conversation ??= this.#converseLate(flow);
    if (conversation === undefined) return;
    const isEarly =
      (isReset && conversation.held !== undefined) ||
      this.#isEarly(flow, side, flags, packet.tcpSequence, packet.tcpAcknowledgment, conversation);
    if (!isEarly || !this.#hold(flow, side, packet, payloadEnd, cutOff, conversation)) {
      if (isAnswering && this.#isPast(conversation.stream(peer).next, flow, peer, packet.tcpAcknowledgment)) {
        this.#acknowledge(flow, peer, packet.tcpAcknowledgment, conversation);
      }
      if (length > 0) this.#segment(flow, packet, payloadEnd, cutOff, conversation);
      this.#closeSides(flow, this.#table.sideOf(flow), flags, conversation);
      if ((rowFlags & FlowFlag.holed) !== 0) this.#giveUpUnheard(flow, conversation, this.#table.clock - holePatience);
    }
    if (conversation.held !== undefined) this.release(flow, conversation);
    else if (conversation.isIdle && conversation.hasBothStreams) this.#settle(flow, conversation);
  }

  // Content that nobody wants, or that another conversation will read: while it comes in order the rows know where its streams stand, and a packet is a few words of its row.

  /** Lets the row say where the streams stand, if it does. */
  #settle(flow: number, conversation: Conversation): void {
    const { words } = this.#table.slab;
    const flags = flow * wordsPerFlow + Word.flags;
    for (const side of [Side.source, Side.destination] as const) {
      if (this.#isInOrder(flow, side, conversation)) words[flags] = words[flags]! | (FlowFlag.settled << side);
    }
  }

  /** True if the row knows where the stream of a side stands, which has not ended. */
  #isInOrder(flow: number, side: Side, conversation: Conversation): boolean {
    const { words } = this.#table.slab;
    const at = flow * wordsPerFlow;
    const isFollowed = (words[at + Word.state + side]! & 0xffff) !== TcpState.inactive;
    if (!isFollowed || (words[at + Word.flags]! & (FlowFlag.fin << side)) !== 0) return false;
    const stream = conversation.stream(side);
    return !stream.isWaiting && stream.next === words[at + Word.lastSequence + side]!;
  }

  /** True if the row knows where both streams of a conversation stand. */
  isInOrder(conversation: Conversation): boolean {
    const { flow } = conversation;
    if (conversation.held !== undefined || !conversation.hasBothStreams) return false;
    return this.#isInOrder(flow, Side.source, conversation) && this.#isInOrder(flow, Side.destination, conversation);
  }

  /** Lets the row of a flow say where its streams stand until its conversation goes on. */
  rest(flow: number): void {
    const flags = flow * wordsPerFlow + Word.flags;
    this.#table.slab.words[flags] = this.#table.slab.words[flags]! | eitherSettled;
  }

  /** True if a packet, whole and counted already, leaves all as it is but for the place of its side, of which the row knows. */
  #followsOn(flow: number, side: Side, packet: Packet): boolean {
    const { words } = this.#table.slab;
    const at = flow * wordsPerFlow;
    const flags = packet.tcpFlags;
    const rowFlags = words[at + Word.flags]!;
    if ((flags & (TcpFlag.syn | TcpFlag.fin | TcpFlag.rst)) !== 0 || (rowFlags & (FlowFlag.settled << side)) === 0) return false;
    const { tcpSequence } = packet;
    if (this.#table.tracker.lastBefore !== (tcpSequence | 0)) return false;
    if (words[at + Word.lastSequence + side] !== (tcpSequence + packet.payloadLength) >>> 0) return false;
    if ((flags & TcpFlag.ack) === 0) return true;
    const peer = otherSide(side);
    if ((rowFlags & (FlowFlag.settled << peer)) === 0) return (rowFlags & (FlowFlag.started << peer)) === 0;
    return ((packet.tcpAcknowledgment - words[at + Word.lastSequence + peer]!) | 0) <= 0;
  }

  /** Tells the streams where they stand: where they stood before the packet of `sender` at hand. */
  #unsettle(flow: number, sender: Side, conversation: Conversation): void {
    const { words } = this.#table.slab;
    const at = flow * wordsPerFlow;
    for (const side of [Side.source, Side.destination] as const) {
      if ((words[at + Word.flags]! & (FlowFlag.settled << side)) === 0) continue;
      conversation.stream(side).restart(side === sender ? this.#table.tracker.lastBefore : words[at + Word.lastSequence + side]!);
    }
    words[at + Word.flags] = words[at + Word.flags]! & ~eitherSettled;
  }

  /** The capture has cut `cutOff` bytes off behind `payloadEnd`. */
  #segment(flow: number, packet: Packet, payloadEnd: number, cutOff: number, conversation: Conversation): void {
    const side = this.#table.sideOf(flow);
    const isBehind = this.#isBehind(packet);
    const isLate = isBehind && this.#isLate(side, packet, conversation);
    const stream = conversation.stream(side);
    this.#feed(flow, stream, dataSequence(packet), packet.bytes, packet.payloadStart, payloadEnd, cutOff);
    if (stream.isWaiting) this.#waitUnheard(flow, stream.side);
    if (!isBehind) return;
    // The content may just have turned the flow round.
    const sideNow = this.#table.sideOf(flow);
    if (isLate) this.#countLate(flow, sideNow);
    else if (this.#isRepeat(flow, sideNow, packet)) this.#countRepeat(flow, sideNow);
  }

  #feed(flow: number, stream: StreamReassembler, sequence: number, bytes: Uint8Array, start: number, end: number, cutOff: number): void {
    const { conflicts } = stream;
    if (end > start) stream.segment(sequence, bytes, start, end);
    if (cutOff > 0) stream.cutOff((sequence + end - start) >>> 0, (sequence + end - start + cutOff) >>> 0);
    const { words } = this.#table.slab;
    const at = flow * wordsPerFlow + Word.conflicts;
    if (stream.conflicts !== conflicts) words[at] = words[at]! + 1;
  }

  /** True if the payload of the packet at hand begins before the end of what its side had sent: bytes, a FIN, or an empty segment. */
  #isBehind(packet: Packet): boolean {
    return packet.payloadLength > 0 && ((this.#table.tracker.lastBefore - dataSequence(packet)) | 0) > 0;
  }

  /** True if a packet that brings nothing late sends anew. A keep-alive repeats the last byte by intention (RFC 9293, section 3.8.4). */
  #isRepeat(flow: number, side: Side, packet: Packet): boolean {
    if (!this.#isBehind(packet)) return false;
    const last = this.#table.slab.words[flow * wordsPerFlow + Word.lastSequence + side]!;
    return packet.payloadLength > 1 || (packet.tcpSequence + 1) >>> 0 !== last;
  }

  /** True if a packet that is behind, before its payload is fed, had bytes from there that no packet had before. */
  #isLate(side: Side, packet: Packet, conversation: Conversation): boolean {
    const { lastBefore } = this.#table.tracker;
    const sequence = dataSequence(packet);
    const end = sequence + packet.payloadLength;
    const until = ((end - lastBefore) | 0) < 0 ? end : lastBefore;
    const stream = conversation.stream(side);
    const from = ((stream.seen - sequence) | 0) > 0 ? stream.seen : sequence;
    const { held } = conversation;
    return held === undefined ? stream.lacks(from, until) : held.lacks(this.#table.senderIsHigh, from, until, stream);
  }

  #countRepeat(flow: number, side: Side): void {
    const at = flow * wordsPerFlow + Word.retransmissions + side;
    this.#table.slab.words[at] = this.#table.slab.words[at]! + 1;
  }

  #countLate(flow: number, side: Side): void {
    const at = flow * wordsPerFlow + Word.outOfOrder + side;
    this.#table.slab.words[at] = this.#table.slab.words[at]! + 1;
  }

  /** `side` has been told by its peer that everything before `sequence` arrived: what the capture lacks of that is missing. */
  #acknowledge(flow: number, side: Side, sequence: number, conversation: Conversation): void {
    const until = this.#endOfData(flow, side, sequence);
    const length = this.#table.slab.words[flow * wordsPerFlow + Word.historyLength]!;
    this.#giveUpHoles(flow, conversation, side, until, isClean(this.#table.slab, flow), length);
  }

  /** What is acknowledged of the stream's bytes: a FIN is none. */
  #endOfData(flow: number, side: Side, acknowledged: number): number {
    const { words } = this.#table.slab;
    const at = flow * wordsPerFlow;
    if ((words[at + Word.flags]! & (FlowFlag.fin << side)) === 0) return acknowledged;
    const fin = words[at + Word.finSequence + side]!;
    return ((acknowledged - fin) | 0) > 0 ? fin : acknowledged;
  }

  /** Gives up what is missing before `until`, and counts the holes if that is `isProven`: if both sides had opened in order. */
  #giveUpHoles(flow: number, conversation: Conversation, side: Side, until: number, isProven: boolean, historyLength: number): void {
    const stream: StreamReassembler = conversation.stream(side);
    const { holes, missed } = stream;
    stream.acknowledged(until);
    if (isProven) this.#countHoles(flow, conversation, stream, holes, missed, historyLength);
  }

  /** Counts the holes of a stream that were given up since it told of `holes` with `missed` bytes. */
  #countHoles(
    flow: number,
    conversation: Conversation,
    stream: StreamReassembler,
    holes: number,
    missed: number,
    historyLength: number,
  ): void {
    if (stream.holes === holes) return;
    const { words, numbers } = this.#table.slab;
    const at = flow * wordsPerFlow + Word.gaps + stream.side;
    for (let i = holes; i < stream.holes; i++) {
      words[at] = words[at]! + 1;
      if (insertLetterScaled(this.#table.slab, flow, stream.side, words[at]!, Letter.gap, historyLength)) {
        conversation.held?.moveHistory(historyLength);
        historyLength++;
      }
    }
    const count = flow * countsPerFlow + Count.missedBytes;
    numbers[count] = numbers[count]! + (stream.missed - missed);
    this.#host.counters.missedBytes += stream.missed - missed;
  }

  // Holes of which nobody is heard to say whether they are in the capture alone.

  /** Bytes or the end of `side` have come behind a hole: if nobody is heard who could acknowledge them, they do not wait for that. */
  #waitUnheard(flow: number, side: number): void {
    const flags = this.#table.slab.words[flow * wordsPerFlow + Word.flags]!;
    if ((flags & (FlowFlag.holed | (FlowFlag.started << (1 - side)))) === 0) this.#table.wait(flow, FlowFlag.holed);
  }

  /** As though what has waited since before `clock` had been acknowledged: gives up the holes before it. */
  #giveUpUnheard(flow: number, conversation: Conversation, clock: number): void {
    const { words } = this.#table.slab;
    const at = flow * wordsPerFlow;
    const bothHeard = FlowFlag.started | (FlowFlag.started << 1);
    const heard = words[at + Word.flags]! & bothHeard;
    if (heard !== bothHeard) {
      const stream = conversation.stream(heard === FlowFlag.started ? Side.source : Side.destination);
      const { seconds, nanos } = this.#now;
      this.#now.set(words[at + Word.lastSeconds]!, words[at + Word.lastNanos]!);
      stream.giveUpBefore(clock);
      const isQuiet = words[at + Word.lastTick]! < clock;
      if (isQuiet && this.#lacksTail(flow, stream)) stream.acknowledged(words[at + Word.finSequence + stream.side]!);
      // Those that were given up because too much waited are among them.
      this.#countHoles(flow, conversation, stream, stream.holesTold, stream.missedTold, words[at + Word.historyLength]!);
      stream.holesTold = stream.holes;
      stream.missedTold = stream.missed;
      this.#closeSides(flow, Side.source, 0, conversation);
      this.#now.set(seconds, nanos);
      if (stream.isWaiting || this.#lacksTail(flow, stream)) return;
    }
    this.#table.noteTaken(flow, FlowFlag.holed);
  }

  /** True if a stream has ended, and of what is missing before its end nothing was captured. */
  #lacksTail(flow: number, stream: StreamReassembler): boolean {
    const { words } = this.#table.slab;
    const at = flow * wordsPerFlow;
    if (stream.isWaiting || (words[at + Word.flags]! & (FlowFlag.fin << stream.side)) === 0) return false;
    const missing = (words[at + Word.finSequence + stream.side]! - stream.next) | 0;
    return missing > 0 && missing <= waitingBytesLimit;
  }

  // Packets that were captured before what they acknowledge.

  /** True if this packet of `side` was sent later than bytes that are not there yet: those that it acknowledges or, for a RST, those before it. */
  #isEarly(flow: number, side: Side, flags: number, sequence: number, acknowledged: number, conversation: Conversation): boolean {
    if ((flags & TcpFlag.rst) !== 0) {
      const missing = (sequence - conversation.stream(side).seen) | 0;
      return missing > 0 && missing < waitingBytesLimit;
    }
    if ((flags & TcpFlag.ack) === 0) return false;
    const peer = otherSide(side);
    return this.#isPast(conversation.stream(peer).seen, flow, peer, acknowledged);
  }

  /** True if what was acknowledged to `side` goes past `place` in the bytes that it surely sent. */
  #isPast(place: number, flow: number, side: Side, acknowledged: number): boolean {
    const length = (acknowledged - place) | 0;
    if (length <= 0 || length > windowLimit) return false;
    const isStarted = (this.#table.slab.words[flow * wordsPerFlow + Word.flags]! & (FlowFlag.started << side)) !== 0;
    return isStarted && ((this.#endOfData(flow, side, acknowledged) - place) | 0) > 0;
  }

  /** Lets a packet wait; false if it shall not. */
  #hold(flow: number, side: Side, packet: Packet, payloadEnd: number, cutOff: number, conversation: Conversation): boolean {
    if (this.#budget.waiting > this.#budget.limit) return false;
    const isLate = this.#isBehind(packet) && this.#isLate(side, packet, conversation);
    const facts = this.#factsOf(flow, this.#table.senderIsHigh, this.#isRepeat(flow, side, packet), isLate);
    this.#budget.waiting += this.#heldOf(flow, conversation).add(packet, payloadEnd, dataSequence(packet), cutOff, facts);
    return true;
  }

  #heldOf(flow: number, conversation: Conversation): HeldPackets {
    if (conversation.held === undefined) {
      conversation.held = new HeldPackets();
      this.#table.wait(flow, FlowFlag.waiting);
    }
    return conversation.held;
  }

  #factsOf(flow: number, senderIsHigh: boolean, isRepeat: boolean, isLate: boolean): HeldFacts {
    const { slab } = this.#table;
    const historyLength = slab.words[flow * wordsPerFlow + Word.historyLength]!;
    return { senderIsHigh, isRepeat, isLate, isProven: isClean(slab, flow), historyLength };
  }

  /** True if one side has ended, all that it sent was read, and the other one was never heard. */
  isAllHeard(conversation: Conversation): boolean {
    const { slab } = this.#table;
    const hasSource = slab.hasFlag(conversation.flow, FlowFlag.started);
    const hasDestination = slab.hasFlag(conversation.flow, FlowFlag.started << 1);
    return hasSource !== hasDestination && conversation.isSideClosed(hasSource ? Side.source : Side.destination);
  }

  /** What packets of a quiet flow waited for is not in the capture. */
  waited(flow: number, conversation: Conversation): void {
    this.release(flow, conversation, true);
    this.#giveUpLeft(flow, conversation, this.#table.clock - holePatience);
  }

  /** Nothing more will come. */
  end(flow: number, conversation: Conversation): void {
    this.release(flow, conversation, true);
    this.#giveUpLeft(flow, conversation, Infinity);
  }

  #giveUpLeft(flow: number, conversation: Conversation, clock: number): void {
    const flags = this.#table.slab.words[flow * wordsPerFlow + Word.flags]!;
    if ((flags & (FlowFlag.holed | FlowFlag.contentDone)) === FlowFlag.holed) this.#giveUpUnheard(flow, conversation, clock);
  }

  /** After each packet of `flow`: takes those that waited for it, and those that have waited long enough; all of them if it is the `last`. */
  release(flow: number, conversation: Conversation, isLast = false): void {
    const { held } = conversation;
    if (held === undefined) return;
    held.seen++;
    const { seconds, nanos } = this.#now;
    for (let i = 0; i < held.items.length;) {
      const { flags, sequence, acknowledged, until, senderIsHigh } = held.items[i]!;
      const isOver = isLast || held.seen > until;
      const waits = i > 0 && (flags & TcpFlag.rst) !== 0;
      const side = this.#table.sideOfEnd(flow, senderIsHigh);
      if (!isOver && (waits || this.#isEarly(flow, side, flags, sequence, acknowledged, conversation))) {
        i++;
        continue;
      }
      const item = held.take(isOver ? held.firstNeeded(i, conversation.stream(otherSide(side))) : i);
      if (held.items.length === 0) {
        conversation.held = undefined;
        this.#table.noteTaken(flow, FlowFlag.waiting);
      }
      this.#budget.waiting -= item.payload.length;
      this.#takeHeld(flow, item, conversation);
      // What it brought may be what others waited for.
      i = 0;
    }
    this.#now.set(seconds, nanos);
  }

  #takeHeld(flow: number, item: HeldPacket, conversation: Conversation): void {
    this.#now.set(item.at.seconds, item.at.nanos);
    const peer = otherSide(this.#table.sideOfEnd(flow, item.senderIsHigh));
    if ((item.flags & TcpFlag.rst) === 0) {
      const until = this.#endOfData(flow, peer, item.acknowledged);
      this.#giveUpHoles(flow, conversation, peer, until, item.isProven, item.historyLength);
    }
    const { payload } = item;
    if (payload.length + item.cutOff > 0) {
      const stream = conversation.stream(this.#table.sideOfEnd(flow, item.senderIsHigh));
      this.#feed(flow, stream, item.sequence, payload, 0, payload.length, item.cutOff);
      const sideNow = this.#table.sideOfEnd(flow, item.senderIsHigh);
      if (item.isLate) this.#countLate(flow, sideNow);
      else if (item.isRepeat) this.#countRepeat(flow, sideNow);
    }
    this.#closeSides(flow, this.#table.sideOfEnd(flow, item.senderIsHigh), item.flags, conversation);
  }

  /** Ends what ends with a packet of `sender`. */
  #closeSides(flow: number, sender: Side, tcpFlags: number, conversation: Conversation): void {
    const { words } = this.#table.slab;
    const at = flow * wordsPerFlow;
    const flags = words[at + Word.flags]!;
    if ((tcpFlags & TcpFlag.rst) !== 0) conversation.close(sender, 'rst');
    else if ((flags & (FlowFlag.fin | (FlowFlag.fin << 1))) === 0) return;
    for (const side of [Side.source, Side.destination] as const) {
      if ((flags & (FlowFlag.fin << side)) === 0 || conversation.isSideClosed(side)) continue;
      if (conversation.stream(side).next === words[at + Word.finSequence + side]!) conversation.close(side, 'fin');
      else this.#waitUnheard(flow, side);
    }
    if (!conversation.isClosed || (tcpFlags & TcpFlag.rst) !== 0 || conversation.held !== undefined) return;
    conversation.finish('fin');
    this.#host.retire(flow, conversation);
  }

  /** A TCP conversation that its first payload opens: what was acknowledged before may be missing. */
  #converseLate(flow: number): Conversation {
    const conversation = this.#host.converse(flow, true);
    const { words } = this.#table.slab;
    const at = flow * wordsPerFlow;
    for (const side of [Side.source, Side.destination] as const) {
      if ((words[at + Word.flags]! & (FlowFlag.started << side)) === 0) continue;
      const acknowledged = words[at + Word.acknowledged + side]!;
      if (((acknowledged - conversation.stream(side).next) | 0) <= 0) continue;
      const acknowledgerIsHigh = ((words[at + Word.flags]! & FlowFlag.sourceIsHigh) !== 0) !== (side === Side.source);
      this.#heldOf(flow, conversation).addAcknowledgment(
        acknowledged,
        this.#now.copy(),
        this.#factsOf(flow, acknowledgerIsHigh, false, false),
      );
    }
    return conversation;
  }

  /** Nothing was captured of what is acknowledged to `side`: worth a conversation only if there surely was something. */
  #converseUnheard(flow: number, side: Side, acknowledged: number): Conversation | undefined {
    const first = (this.#table.slab.words[flow * wordsPerFlow + Word.start + side]! + 1) | 0;
    const until = this.#endOfData(flow, side, acknowledged);
    return ((until - first) | 0) <= 0 || !isClean(this.#table.slab, flow) ? undefined : this.#host.converse(flow, true);
  }
}

function otherSide(side: Side): Side {
  return side === Side.source ? Side.destination : Side.source;
}

/** A SYN stands before the data of its packet. */
function dataSequence(packet: Packet): number {
  return (packet.tcpFlags & TcpFlag.syn) !== 0 ? (packet.tcpSequence + 1) >>> 0 : packet.tcpSequence;
}
