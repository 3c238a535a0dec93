import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { Word, wordsPerFlow } from '@orbweaver/packet/flow/flow-slab.ts';
import { defaultFlowLimit } from '@orbweaver/packet/flow/flow-table.ts';
import { Frame } from '@orbweaver/packet/pcap/frame.ts';
import { ReassemblyBudget, waitingTotalLimit } from '@orbweaver/packet/reassembly/stream-reassembler.ts';
import { DissectionCounters } from '../dissection/counters.ts';
import { Order } from '../dissection/conversation-key.ts';
import { Dissector } from '../dissection/dissector.ts';
import { FrameGrouping } from '../dissection/frame-grouping.ts';
import { defaultConversationLimit } from '../dissection/open-conversations.ts';
import type { DissectionOptions } from '../dissection/options.ts';
import { addSummary, buildSummary, type DissectionSummary } from '../dissection/summary.ts';
import type { FrameList } from './frame-list.ts';
import { PartitionFrames } from './partition-frames.ts';

/**
 * Where a record stands among those of all partitions: numbers below 2^32, the first counts most. Records of one partition come in this order, and those of all put
 * together by it are in the order of one dissection of the whole.
 */
export interface Place {
  /** Number of the frame, from wherever the user counts; from `atTheEnd` on once the capture has ended. */
  frame: number;
  /** Of a flow that ended by itself, seconds and nanoseconds of its beginning and the number of its first packet; behind them what packets bring, by the packet. */
  first: number;
  second: number;
  third: number;
}

/** In `Place.frame`: fragments that waited to the end of the capture. What ends with it comes one behind. */
export const atTheEnd = 0xfffffffe;
/** In `Place.first`: behind all flows that ended by themselves at this frame. */
const byPackets = 0xffffffff;

/** Below 0 if the one stands before the other, above 0 if behind it. */
export function comparePlaces(one: Place, other: Place): number {
  return one.frame - other.frame || one.first - other.first || one.second - other.second || one.third - other.third;
}

export interface PlacedRecord {
  readonly record: TrafficRecord;
  readonly place: Place;
}

export interface PlacedSink {
  emit(record: TrafficRecord, place: Place): void;
}

/**
 * One partition of a capture, for users that show each partition all of the capture: nothing has to be handed from one to another. Whose frames of TCP and UDP
 * are is told in the list of frames: others' are passed over, its own taken conversation by conversation. Every partition decodes all other frames, since they may carry
 * anything, and takes those of their packets that are its own. Limits are shared out among the partitions.
 */
export class PartitionDissector {
  readonly #isFirst: boolean;
  readonly #dissector: Dissector;
  readonly #frames: PartitionFrames;
  readonly #grouping: FrameGrouping<PlacedRecord>;
  readonly #frame = new Frame();
  /** The capture has ended, and flows end with it. */
  #isFinished = false;

  constructor(partition: number, partitions: number, sink: PlacedSink, options: DissectionOptions = {}) {
    this.#isFirst = partition === 0;
    const limits = sharedLimits(options, partitions);
    const dissector = new Dissector(
      { emit: (record) => this.#grouping.emit({ record, place: this.#placeNow() }) },
      { ...options, ...limits },
    );
    this.#dissector = dissector;
    this.#frames = new PartitionFrames(partition, dissector, { ...options, partitions, flowLimit: limits.flowLimit });
    this.#grouping = new FrameGrouping<PlacedRecord>(this.#frames, ({ record, place }, frame) => {
      place.frame = frame;
      sink.emit(record, place);
    });
  }

  /** Takes the frames of the next piece of the capture, counted from 0. */
  take(list: FrameList): void {
    const grouping = this.#grouping;
    const frame = this.#frame;
    const { count, seconds, keys } = list;
    grouping.frames = 0;
    for (let index = 0; index < count; index++) {
      const key = grouping.isAt(seconds[index]!) ? keys[index]! : Order.all;
      if (key >= 0 && this.#frames.isOthers(key)) grouping.passOver();
      else {
        list.show(frame, index);
        grouping.take(frame, key);
      }
    }
    grouping.flush();
  }

  /** The capture has ended: ends up to `count` flows. Returns true once all are done. */
  finish(count = Infinity): boolean {
    if (!this.#isFinished) {
      this.#grouping.frames = atTheEnd;
      this.#frames.router.finish();
      this.#grouping.frames = atTheEnd + 1;
      this.#isFinished = true;
    }
    return this.#dissector.finish(count);
  }

  /** Where the packets of this partition went; what all partitions have decoded alike is in the first one's. So they add up to the summary of the whole. */
  summary(): DissectionSummary {
    const summary = this.#dissector.summary();
    if (this.#isFirst)
      addSummary(summary, buildSummary(this.#frames.router.decoder, new DissectionCounters(), { evicted: 0 }, new ReassemblyBudget()));
    return summary;
  }

  /** All of it but the frame. */
  #placeNow(): Place {
    if (!this.#frames.isTimer && !this.#isFinished) return { frame: 0, first: byPackets, second: 0, third: this.#frames.nextNumber };
    const { table } = this.#dissector;
    const { words } = table.slab;
    const at = table.ending * wordsPerFlow;
    return { frame: 0, first: words[at + Word.firstSeconds]!, second: words[at + Word.firstNanos]!, third: words[at + Word.opening]! };
  }
}

/** A partition's share of a limit by an even one: conversations do not fall evenly. */
const shareSlack = 17 / 16;

type Limits = Required<Pick<DissectionOptions, 'flowLimit' | 'conversationLimit' | 'reassemblyLimit'>>;

function sharedLimits(options: DissectionOptions, partitions: number): Limits {
  const share = (limit: number): number => Math.ceil((limit / partitions) * (partitions === 1 ? 1 : shareSlack));
  return {
    flowLimit: share(options.flowLimit ?? defaultFlowLimit),
    conversationLimit: share(options.conversationLimit ?? defaultConversationLimit),
    reassemblyLimit: share(options.reassemblyLimit ?? waitingTotalLimit),
  };
}
