/** What can be kept beside a record. */
export type ContentKind = 'http.request.body' | 'http.response.body' | 'smtp.message' | 'source.payload' | 'destination.payload';

/** Takes one body or one side's payload while it passes. */
export interface ContentWriter {
  /** Copies `[start, end)`; bytes past the policy's bound are dropped and counted. */
  append(bytes: Uint8Array, start: number, end: number): void;
  /**
   * Ends it. Returns what the record says of it: `id` opens the content later, `bytes` is how much was kept (less than the whole where the policy cut it). Undefined if nothing was kept.
   */
  finish(): KeptContent | undefined;
}

export interface KeptContent {
  readonly id: string;
  readonly bytes: number;
}

/** The port behind `FlowContext.keep`. */
export interface ContentSink {
  open(kind: ContentKind): ContentWriter | undefined;
}
