import type { Instant } from '@orbweaver/kernel/instant.ts';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import type { ContentKind, ContentWriter } from './content.ts';

/** Who sent: the side that opened the session, or the other. */
export const Side = { source: 0, destination: 1 } as const;
export type Side = (typeof Side)[keyof typeof Side];

/** Why a side will send nothing more. */
export type CloseReason = 'fin' | 'rst' | 'idle' | 'active-timeout' | 'end-of-capture' | 'evicted';

/**
 * Reads one flow's two byte streams. The calls come in the order in which the bytes could be delivered; `flow.now` is the time
 * of the packet that carried them.
 *
 * Nothing here throws, whatever the bytes. `bytes` belongs to the caller and changes after the call: what must stay is copied,
 * under a cap. An analyzer that can make nothing more of the stream says so with `flow.abandon()`.
 */
export interface StreamAnalyzer {
  data(side: Side, bytes: Uint8Array, start: number, end: number): void;
  /** `length` bytes of this side are missing from the capture; what follows is behind the hole. */
  gap(side: Side, length: number): void;
  /** This side has ended. Called once a side, after its last byte. */
  close(side: Side, reason: CloseReason): void;
  /** Nothing more will come from either side: emit what is still open. Called once, last. */
  finish(reason: CloseReason): void;
  /**
   * All that another analyzer has to know to go on from here as this one would (`StreamProtocol.resume`), in a number up to 2^53 - 1: this one may go without its `finish`. Undefined
   * while anything is under way, a message that is not whole or a question without its answer. Absent where that is always so.
   */
  rest?(): number | undefined;
}

/** Reads one flow's datagrams. The same rules. */
export interface DatagramAnalyzer {
  /** `[start, end)` is one payload. `length` is its length on the wire: more than was captured if the capture cut it. */
  datagram(side: Side, bytes: Uint8Array, start: number, end: number, length: number): void;
  finish(reason: CloseReason): void;
  /** All that came is told, and an analyzer opened anew would understand what comes next as well: this one may go without its `finish`. Absent where that is never so. */
  readonly isAtRest?: boolean;
}

/** Switches that change what an analysis computes. */
export interface AnalysisOptions {
  /** MD5 and SHA-256 of bodies and files. */
  readonly hashes: boolean;
}

/** Bytes that an analyzer held back since they might belong to the protocol that comes next. A copy; the receiver may keep it. */
export interface EarlyBytes {
  readonly side: Side;
  readonly bytes: Uint8Array;
}

/** The flow as an analyzer sees it, and the way its records go out. */
export interface FlowContext {
  readonly options: AnalysisOptions;
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** Time of the packet being delivered. One object, changed in place: `copy()` to remember. */
  readonly now: Instant;
  /** Stands for what is analysed together: the same object for every flow of one capture. A protocol whose exchanges go over several flows finds their state by it. */
  readonly capture: object;

  /**
   * A record of `dataset` with every field of the flow already on it (`event.id`, times, addresses, `network.*`). The analyzer adds its own
   * fields and hands it to `emit`. `ordinal` counts this flow's transactions of this dataset in the order in which they opened, from 0: it makes `event.id`.
   */
  newRecord(dataset: string, ordinal: number, start: Instant, end: Instant): TrafficRecord;
  emit(record: TrafficRecord): void;
  /**
   * The side that was called is the one that asks, as its words have shown only now: the records made from here on have that direction. The sides of the calls
   * stay what they are.
   */
  reverse(): void;

  /** Adds to `network.protocols`; the first one added is `network.protocol` unless `main` names another. */
  addProtocol(name: string): void;
  /** Replaces `network.protocol`: what the flow turned out to be mainly (mDNS rather than DNS). */
  setMainProtocol(name: string): void;

  /**
   * From the next byte on, both sides speak something else (after `CONNECT`, `Upgrade`, `STARTTLS`). `protocol` names it, or is undefined to
   * have it detected anew. The analyzer gets no more data, only its `finish` at once. To be called from within `data`; bytes of this call
   * behind `consumed` (an offset into its `bytes`) go to the new protocol, after `early`: what a side had sent before the other agreed.
   * From within `datagram` the datagram at hand is the first that is detected anew. `facts` is what the new protocol may want to know of the exchange that
   * led to it: an object of a class that both know; others pass over it.
   */
  handOver(protocol: string | undefined, consumed: number, early?: EarlyBytes, facts?: object): void;
  /**
   * Opens a stream that this one carries (what a WebSocket tunnels): the protocol in it is `protocol` or, without one, detected, and analysed like the flow's own; its
   * records and names are the flow's. `facts` as of `handOver`. Undefined below a bounded depth of nesting, and past a bounded number. The caller ends it with `finish`.
   */
  carry(protocol?: string, facts?: object): StreamAnalyzer | undefined;
  /** What there was to learn is learned: no more calls but `finish`. */
  done(): void;
  /** The stream makes no sense any more: no more calls but `finish`. `reason` is counted. */
  abandon(reason: string): void;

  /** More goes on in the flow at a time than is followed: the oldest goes out as it is, or the newest is passed over. Noted in `flow.abandoned`, and each time counted. */
  noteExchangeLimit(): void;

  /**
   * Where a body or a payload is to be kept, or undefined if the policy keeps none of this kind.
   */
  keep(kind: ContentKind): ContentWriter | undefined;
}
