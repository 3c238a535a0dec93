import { Instant } from '@orbweaver/kernel/instant.ts';
import { TcpFlag, type Packet } from '@orbweaver/packet/layers/packet.ts';
import type { StreamReassembler } from '@orbweaver/packet/reassembly/stream-reassembler.ts';

/**
 * Packets of a flow that may come behind one which acknowledges what the capture has not shown yet, before that counts as missing. Captures of several
 * queues or mirror ports are out of order by a few packets.
 */
export const patience = 8;

/** A packet that waits for what it acknowledges: what was captured of its payload, and what its flow's row said when it came. */
export interface HeldPacket {
  /** Which end of the flow's key sent it; its side may change with the flow's. */
  readonly senderIsHigh: boolean;
  readonly flags: number;
  /** Of the first byte of payload. */
  readonly sequence: number;
  readonly acknowledged: number;
  /** A copy. */
  readonly payload: Uint8Array;
  /** Bytes behind it that the capture cut off. */
  readonly cutOff: number;
  readonly at: Instant;
  /** Unless it is late, it counts as a retransmission. */
  readonly isRepeat: boolean;
  /** It counts as out of order. */
  readonly isLate: boolean;
  /** What it acknowledges is proven to have been sent. */
  readonly isProven: boolean;
  /** Where the history stood: holes that it ends are written there. */
  historyLength: number;
  /** Ordinal of the last packet that it waits for. */
  readonly until: number;
}

/** What is known of a packet beside itself. */
export type HeldFacts = Pick<HeldPacket, 'senderIsHigh' | 'isRepeat' | 'isLate' | 'isProven' | 'historyLength'>;

/** The packets of one flow that wait, in the order in which they came. At most `patience` of them, and one. */
export class HeldPackets {
  readonly items: HeldPacket[] = [];
  /** Packets of the flow since the first of these. */
  seen = 0;

  /** Payload is `[packet.payloadStart, payloadEnd)`. Returns how many bytes it copied. */
  add(packet: Packet, payloadEnd: number, sequence: number, cutOff: number, about: HeldFacts): number {
    const payload = new Uint8Array(packet.bytes.subarray(packet.payloadStart, payloadEnd));
    const at = new Instant(packet.seconds, packet.nanos);
    this.#push({ ...about, flags: packet.tcpFlags, sequence, acknowledged: packet.tcpAcknowledgment, payload, cutOff, at });
    return payload.length;
  }

  /** What was acknowledged by packets that nothing else is known of any more. */
  addAcknowledgment(acknowledged: number, at: Instant, about: HeldFacts): void {
    this.#push({ ...about, flags: TcpFlag.ack, sequence: 0, acknowledged, payload: none, cutOff: 0, at });
  }

  /**
   * Of what a packet acknowledges in `stream`, something may wait here itself: that goes first. Returns the index of that, or the packet's own. What the stream
   * has already, or holds behind a hole, counts only if it begins there.
   */
  firstNeeded(index: number, stream: StreamReassembler): number {
    const { senderIsHigh, flags, acknowledged } = this.items[index]!;
    const { next } = stream;
    if ((flags & TcpFlag.ack) === 0 || ((acknowledged - next) | 0) <= 0) return index;
    const needed = this.items.findIndex(({ senderIsHigh: isOther, sequence, payload }) => {
      if (isOther === senderIsHigh || payload.length === 0) return false;
      const before = (next - sequence) | 0;
      if (before >= 0) return before < payload.length;
      return ((acknowledged - sequence) | 0) > 0 && stream.lacks(sequence, (sequence + payload.length) >>> 0);
    });
    return needed < 0 ? index : needed;
  }

  /** True if of the bytes `[from, to)` that one end sent some are neither in its `stream` nor wait here. */
  lacks(senderIsHigh: boolean, from: number, to: number, stream: StreamReassembler): boolean {
    const own = this.items.filter((item) => item.senderIsHigh === senderIsHigh && item.payload.length > 0);
    for (let at = from; ((to - at) | 0) > 0;) {
      const here = own.find(({ sequence, payload }) => ((at - sequence) | 0) >= 0 && ((at - sequence) | 0) < payload.length);
      if (here !== undefined) {
        at = here.sequence + here.payload.length;
        continue;
      }
      let until = to;
      for (const { sequence } of own) if (((sequence - at) | 0) > 0 && ((until - sequence) | 0) > 0) until = sequence;
      if (stream.lacks(at, until)) return true;
      at = until;
    }
    return false;
  }

  take(index: number): HeldPacket {
    return this.items.splice(index, 1)[0]!;
  }

  /** A letter was written into the history at `place`. */
  moveHistory(place: number): void {
    for (const item of this.items) if (item.historyLength >= place) item.historyLength++;
  }

  #push(item: Omit<HeldPacket, 'until'>): void {
    this.items.push({ ...item, until: this.seen + patience });
  }
}

const none = new Uint8Array(0);
