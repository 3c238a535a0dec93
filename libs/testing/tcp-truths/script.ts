/** Who speaks: the client opened the conversation, or would have. */
export const Side = { client: 0, server: 1 } as const;
export type Side = (typeof Side)[keyof typeof Side];

/** What becomes of one segment of a burst. */
export type Fate =
  | 'seen'
  /** The capture has it, the receiver too, and it comes once more. */
  | 'twice'
  /** Lost before anybody saw it: sent again behind the burst, with `grow` bytes more at both ends. */
  | 'resent'
  /** The receiver acknowledges it, the capture lacks it. */
  | 'missed'
  /** It travels in IP fragments. */
  | 'fragments';

export interface Segment {
  /** Bytes. */
  readonly length: number;
  readonly fate: Fate;
  /** Places that it falls back among the segments of its burst. */
  readonly delay: number;
  /** Bytes of its neighbours that a retransmission takes along: other boundaries. */
  readonly grow: number;
}

/** A part of a burst that is sent again: `[from, from + length)` of its bytes, as far as there are so many. */
export interface Repeat {
  readonly from: number;
  readonly length: number;
  /** With other bytes than the stream has. */
  readonly differs: boolean;
  /** Before what was lost is sent again, or behind. */
  readonly early: boolean;
}

export type Step =
  | {
      readonly kind: 'burst';
      readonly side: Side;
      readonly segments: readonly Segment[];
      readonly repeats: readonly Repeat[];
      readonly isAcknowledged: boolean;
    }
  /** RFC 9293, section 3.8.4: the byte before the next one, or none. */
  | { readonly kind: 'keep-alive'; readonly side: Side; readonly hasByte: boolean }
  | { readonly kind: 'zero-window'; readonly side: Side; readonly count: number };

export type Opening =
  | 'handshake'
  | 'syn-repeated'
  | 'syn-ack-repeated'
  | 'syn-with-data'
  | 'simultaneous'
  /** The capture began behind the SYN. */
  | 'syn-missing'
  /** The SYN stands behind its answer. */
  | 'syn-late'
  /** The capture began in the middle: with data of both sides, or with what acknowledges such. */
  | 'middle'
  | 'middle-quiet'
  /** Nobody answers; there are no steps then. */
  | 'unanswered'
  | 'refused';

export type Closing =
  | 'open'
  | 'client-first'
  | 'server-first'
  /** Both FINs cross. */
  | 'both-at-once'
  /** The client ends, the server still sends, then ends. */
  | 'half'
  | 'only-client'
  | 'only-server'
  | 'client-resets'
  | 'server-resets'
  /** Both FINs were captured before the last bytes. */
  | 'fin-before-data'
  /** A FIN that brings the last bytes, sent twice. */
  | 'fin-with-data-twice';

/** A conversation as it is to happen, and what the capture makes of it. */
export interface Script {
  readonly network: 4 | 6;
  /** Outermost first. */
  readonly vlans: readonly number[];
  /** Initial sequence numbers. */
  readonly isn: readonly [number, number];
  readonly opening: Opening;
  readonly steps: readonly Step[];
  readonly closing: Closing;
  /** What was captured: both directions or one. */
  readonly captured: 'both' | 'client' | 'server';
  /** Decides the bytes of the streams. */
  readonly salt: number;
}
