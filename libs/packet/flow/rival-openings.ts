import { TcpFlag, type Packet } from '../layers/packet.ts';
import { Count, FlowFlag, Word, countsPerFlow, wordsPerFlow, type FlowSlab } from './flow-slab.ts';
import type { FlowLinks } from './flow-links.ts';
import { TcpState } from './tcp-tracker.ts';

/** Conversations at a time whose ports another opening claims; past it the opening is believed at once. */
export const rivalLimit = 4096;

/** A packet whose numbers are farther off than this (bytes) from those of a conversation is none of it. */
const plausibleDistance = 1 << 24;

/** Whose a packet is: nothing is known yet, the opening's, the conversation's that was there before. */
export const Claim = { open: 0, rival: 1, incumbent: 2 } as const;
export type Claim = (typeof Claim)[keyof typeof Claim];

interface Incumbent {
  readonly flow: number;
  /** Of its row. */
  readonly generation: number;
}

/**
 * SYNs on the ports of a conversation that has not ended. Who gets such a SYN acknowledges what it has of the conversation that it knows, which stands
 * (RFC 5961, section 4), or else answers the SYN: so the SYN has a flow of its own, the other one is set aside, and the next packets show which of them goes on.
 */
export class RivalOpenings {
  readonly #slab: FlowSlab;
  readonly #links: FlowLinks;
  /** By the flow of the SYN. */
  readonly #incumbents = new Map<number, Incumbent>();

  constructor(slab: FlowSlab, links: FlowLinks) {
    this.#slab = slab;
    this.#links = links;
  }

  get count(): number {
    return this.#incumbents.size;
  }

  /** True if it is not clear that this SYN, which does not repeat that of `flow`, begins anew. */
  mayStand(flow: number, packet: Packet): boolean {
    const isPlain = (packet.tcpFlags & (TcpFlag.ack | TcpFlag.fin)) === 0 && packet.payloadLength === 0;
    return isPlain && !this.#hasEnded(flow) && this.#incumbents.size < rivalLimit;
  }

  /** Sets `incumbent` aside while `rival` is the flow of its key. */
  add(rival: number, incumbent: number): void {
    const at = incumbent * wordsPerFlow;
    const { words } = this.#slab;
    words[at + Word.flags] = words[at + Word.flags]! | FlowFlag.setAside;
    this.#incumbents.set(rival, { flow: incumbent, generation: words[at + Word.generation]! });
  }

  /** The flow that was set aside for `rival`; -1 if there is none, or no more. */
  incumbentOf(rival: number): number {
    const incumbent = this.#incumbents.get(rival);
    if (incumbent === undefined) return -1;
    const { words } = this.#slab;
    const at = incumbent.flow * wordsPerFlow;
    const isThere = words[at + Word.generation]! === incumbent.generation && (words[at + Word.flags]! & FlowFlag.setAside) !== 0;
    return isThere ? incumbent.flow : -1;
  }

  /** `flow` is no rival any more: what was set aside for it is found again, and so would be `flow` itself. */
  leave(flow: number): void {
    const incumbent = this.incumbentOf(flow);
    if (incumbent >= 0) this.#restore(incumbent);
    this.#incumbents.delete(flow);
    this.#restore(flow);
  }

  /** Whose a packet is that was found to be of `rival`. `senderIsHigh`: which end of the key sent it. */
  weigh(rival: number, senderIsHigh: boolean, packet: Packet): Claim {
    const incumbent = this.incumbentOf(rival);
    if (incumbent < 0) return Claim.rival;
    const { tcpFlags, tcpSequence, tcpAcknowledgment } = packet;
    const first = (this.#slab.words[rival * wordsPerFlow + Word.start]! + 1) >>> 0;
    if (this.#sideOf(rival, senderIsHigh) === 1) {
      if ((tcpFlags & TcpFlag.ack) !== 0 && tcpAcknowledgment === first) return Claim.rival;
    } else if ((tcpFlags & TcpFlag.syn) !== 0) {
      // One that brings data now has content of its own.
      return packet.payloadLength > 0 ? Claim.rival : Claim.open;
    } else if (tcpSequence === first) return Claim.rival;
    return this.#isOf(incumbent, this.#sideOf(incumbent, senderIsHigh), packet) ? Claim.incumbent : Claim.rival;
  }

  /** The SYN has changed nothing: its packets are counted where they went. The flow `rival` can go. */
  giveBack(rival: number, incumbent: number): void {
    const { words, numbers } = this.#slab;
    const from = rival * wordsPerFlow;
    const to = incumbent * wordsPerFlow;
    const turn = ((words[from + Word.flags]! ^ words[to + Word.flags]!) & FlowFlag.sourceIsHigh) !== 0 ? 1 : 0;
    for (let side = 0; side < 2; side++) {
      const there = side ^ turn;
      words[to + Word.packets + there] = words[to + Word.packets + there]! + words[from + Word.packets + side]!;
      for (const count of [Count.wireBytes, Count.ipBytes, Count.payloadBytes]) {
        const at = incumbent * countsPerFlow + count + there;
        numbers[at] = numbers[at]! + numbers[rival * countsPerFlow + count + side]!;
      }
    }
    const [seconds, nanos] = [words[from + Word.lastSeconds]!, words[from + Word.lastNanos]!];
    if (seconds > words[to + Word.lastSeconds]! || (seconds === words[to + Word.lastSeconds]! && nanos > words[to + Word.lastNanos]!)) {
      words[to + Word.lastSeconds] = seconds;
      words[to + Word.lastNanos] = nanos;
    }
    this.#links.merge(rival, incumbent, turn === 1);
  }

  #hasEnded(flow: number): boolean {
    const { words } = this.#slab;
    const at = flow * wordsPerFlow;
    const closed = FlowFlag.closed | (FlowFlag.closed << 1);
    const isReset = (words[at + Word.state]! & 0xffff) === TcpState.reset || (words[at + Word.state + 1]! & 0xffff) === TcpState.reset;
    return isReset || (words[at + Word.flags]! & closed) === closed;
  }

  #restore(flow: number): void {
    const at = flow * wordsPerFlow + Word.flags;
    this.#slab.words[at] = this.#slab.words[at]! & ~FlowFlag.setAside;
  }

  #sideOf(flow: number, isHigh: boolean): 0 | 1 {
    return isHigh === ((this.#slab.words[flow * wordsPerFlow + Word.flags]! & FlowFlag.sourceIsHigh) !== 0) ? 0 : 1;
  }

  /** True if the numbers of a packet of `side` go on with the conversation. */
  #isOf(flow: number, side: 0 | 1, packet: Packet): boolean {
    const { words } = this.#slab;
    const at = flow * wordsPerFlow;
    const peer = 1 - side;
    const sent = words[at + Word.lastSequence + side]!;
    const heard = words[at + Word.lastSequence + peer]!;
    const isKnown = (words[at + Word.flags]! & (FlowFlag.started << side)) !== 0;
    if ((packet.tcpFlags & TcpFlag.ack) !== 0) {
      // An end that has said nothing acknowledges the one SYN or the other.
      if (!isKnown) return packet.tcpAcknowledgment === heard;
      return isNear(packet.tcpSequence, sent) && isNear(packet.tcpAcknowledgment, heard);
    }
    // RFC 5961, section 3.2: a reset counts at the very next number.
    const isReset = (packet.tcpFlags & TcpFlag.rst) !== 0;
    return isReset && isKnown && (packet.tcpSequence === sent || packet.tcpSequence === words[at + Word.acknowledged + side]!);
  }
}

function isNear(a: number, b: number): boolean {
  return Math.abs((a - b) | 0) <= plausibleDistance;
}
