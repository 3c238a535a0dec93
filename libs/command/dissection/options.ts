import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import type { FlowTimeouts } from '@orbweaver/packet/flow/timeouts.ts';
import type { ContentSink } from '@orbweaver/protocols/sdk/content.ts';

/** Where records go. Called on the packet path: it takes the record and returns at once. The record is the sink's from then on. */
export interface RecordSink {
  emit(record: TrafficRecord): void;
}

/** Which whisperer saw the packets, and where. */
export interface Observer {
  readonly name: string;
  readonly hostname: string;
  readonly interface: string;
}

export interface DissectionOptions {
  /** Datasets to emit; all if absent. */
  readonly records?: ReadonlySet<string>;
  /** Refuses packets with wrong checksums, as a receiver would. Default false: captures on a sending host carry unfinished ones. */
  readonly verifyChecksums?: boolean;
  /** The outermost VLAN id tells flows apart. */
  readonly flowKeyVlan?: boolean;
  /** MD5 and SHA-256 of bodies and files. Default true. */
  readonly hashes?: boolean;
  /** `log.file.path` of every record. */
  readonly filePath?: string;
  /** Live capture; part of a flow's identity. */
  readonly observer?: Observer;
  /** Keeps bodies and payload as its policy says; without it nothing is kept. */
  readonly content?: ContentSink;
  readonly timeouts?: FlowTimeouts;
  /** Flows that are held at a time. */
  readonly flowLimit?: number;
  /** Flows whose content is followed at a time; past it the quietest rest until they are heard again or, in the middle of something, are counted on and read no further. */
  readonly conversationLimit?: number;
  /** Bytes that may wait for holes to fill, all conversations together. */
  readonly reassemblyLimit?: number;
  /** Is told of each flow that opens, before anything is said of it; live capture only. */
  readonly opened?: (flow: number) => void;
  /** The observer whose observation a flow repeats, if it does; live capture only. */
  readonly twinOf?: (flow: number) => string | undefined;
  /** Is told of each flow that has ended, while its row in the table still stands. */
  readonly ended?: (flow: number) => void;
}
