/** What a whisperer says of itself on `capture.statuses.v1`, every 20 seconds and when it stops. Counters grow from the start of the process. */
export interface WhispererStatus {
  readonly whisperer: string;
  readonly version: string;
  readonly state: 'running' | 'stopped';
  /** RFC 3339: when the process began, and when this was said. */
  readonly since: string;
  readonly at: string;
  readonly sources: readonly {
    readonly name: string;
    readonly kind: 'file' | 'live';
    /** `frames`, `packets`, `not_ip`, `refused.<reason>`, `dropped.<place>`. */
    readonly counters: Readonly<Record<string, number>>;
  }[];
  readonly sent: { readonly batches: number; readonly bytes: number; readonly refused: number; readonly waiting_bytes: number };
}
