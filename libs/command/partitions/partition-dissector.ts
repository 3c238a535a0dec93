import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { Word, wordsPerFlow } from '@orbweaver/packet/flow/flow-slab.ts';
import { defaultFlowLimit } from '@orbweaver/packet/flow/flow-table.ts';
import type { Frame } from '@orbweaver/packet/pcap/frame.ts';
import { ReassemblyBudget, waitingTotalLimit } from '@orbweaver/packet/reassembly/stream-reassembler.ts';
import { PacketRouter } from '../capture/packet-router.ts';
import { mayName } from '../enrichment/names/ports.ts';
import { DissectionCounters } from '../dissection/counters.ts';
import { Dissector } from '../dissection/dissector.ts';
import { defaultConversationLimit } from '../dissection/open-conversations.ts';
import type { DissectionOptions, RecordSink } from '../dissection/options.ts';
import { addSummary, buildSummary, type DissectionSummary } from '../dissection/summary.ts';

/**
 * Where a record stands among those of all partitions: numbers below 2^32, the first counts most. Records of one partition come in this order, and those of all put
 * together by it are in the order of one dissection of the whole.
 */
export interface Place {
  /** Index of the frame, from wherever the user counts; from `atTheEnd` on once the capture has ended. */
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

export interface PlacedSink {
  /** `place` is valid until the call returns. */
  emit(record: TrafficRecord, place: Readonly<Place>): void;
}

/**
 * One partition of a capture, for users that show each partition all of the capture: every one decodes all and takes what is its own, so nothing has to be handed from
 * one to another. Limits are shared out among the partitions.
 */
export class PartitionDissector {
  /** Index of the frame at hand; kept by the user. */
  frameIndex = 0;
  readonly #isFirst: boolean;
  readonly #router: PacketRouter;
  readonly #dissector: Dissector;
  /** For DNS in the other partitions. */
  readonly #listener: Dissector | undefined;
  readonly #place: Place = { frame: 0, first: 0, second: 0, third: 0 };
  /** Flows end by themselves at the moment. */
  #isTimer = false;
  /** Packets of all partitions so far. */
  #packets = 0;
  #isFinished = false;

  /** `heard` is told of the DNS records of the other partitions, in their places among those of this one. */
  constructor(partition: number, partitions: number, sink: PlacedSink, options: DissectionOptions = {}, heard?: RecordSink) {
    this.#isFirst = partition === 0;
    const limits = sharedLimits(options, partitions);
    const dissector = new Dissector({ emit: (record) => sink.emit(record, this.#placeNow()) }, { ...options, ...limits });
    this.#dissector = dissector;
    const listener = heard && new Dissector(heard, { flowKeyVlan: options.flowKeyVlan ?? false, records: new Set(['dns']), hashes: false });
    this.#listener = listener;
    this.#router = new PacketRouter(
      {
        advance: (clock) => {
          this.#isTimer = true;
          dissector.advance(clock);
          this.#isTimer = false;
          listener?.advance(clock);
        },
        frame: (of, frame, packet) => {
          dissector.table.nextOpening = this.#packets++;
          if (of === partition) dissector.packet(packet, frame.originalLength, 0, 0);
          else if (listener !== undefined && mayName(packet)) listener.packet(packet, frame.originalLength, 0, 0);
        },
        packet: (of, packet, wireLength, _frame, kinds, identity, path, carries) => {
          dissector.table.nextOpening = this.#packets++;
          if (of === partition) dissector.packet(packet, wireLength, kinds, identity, path, carries);
          else if (listener !== undefined && mayName(packet)) listener.packet(packet, wireLength, kinds, identity, path, carries);
        },
      },
      { ...options, partitions, flowLimit: limits.flowLimit },
    );
  }

  /** Takes the next frame of the capture, whatever its partition. */
  frame(frame: Frame): void {
    this.#dissector.fractionDigits = frame.fractionDigits;
    if (this.#listener !== undefined) this.#listener.fractionDigits = frame.fractionDigits;
    this.#router.frame(frame);
  }

  /** The capture has ended: ends up to `count` flows. Returns true once all are done. */
  finish(count = Infinity): boolean {
    if (!this.#isFinished) {
      this.#isFinished = true;
      this.frameIndex = atTheEnd;
      this.#router.finish();
      this.frameIndex = atTheEnd + 1;
    }
    this.#isTimer = true;
    return this.#dissector.finish(count);
  }

  /** Where the packets of this partition went; what all partitions have decoded alike is in the first one's. So they add up to the summary of the whole. */
  summary(): DissectionSummary {
    const summary = this.#dissector.summary();
    if (this.#isFirst)
      addSummary(summary, buildSummary(this.#router.decoder, new DissectionCounters(), { evicted: 0 }, new ReassemblyBudget()));
    return summary;
  }

  #placeNow(): Readonly<Place> {
    const { table } = this.#dissector;
    const place = this.#place;
    place.frame = this.frameIndex;
    if (this.#isTimer) {
      const at = table.ending * wordsPerFlow;
      place.first = table.slab.words[at + Word.firstSeconds]!;
      place.second = table.slab.words[at + Word.firstNanos]!;
      place.third = table.slab.words[at + Word.opening]!;
    } else {
      place.first = byPackets;
      place.second = 0;
      place.third = this.#packets;
    }
    return place;
  }
}

type Limits = Required<Pick<DissectionOptions, 'flowLimit' | 'conversationLimit' | 'reassemblyLimit'>>;

function sharedLimits(options: DissectionOptions, partitions: number): Limits {
  const share = (limit: number): number => Math.ceil(limit / partitions);
  return {
    flowLimit: share(options.flowLimit ?? defaultFlowLimit),
    conversationLimit: share(options.conversationLimit ?? defaultConversationLimit),
    reassemblyLimit: share(options.reassemblyLimit ?? waitingTotalLimit),
  };
}
