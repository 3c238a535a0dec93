import type { ContentSettings } from '@orbweaver/control-api/adapters/analysis-messages.ts';
import type { RedactionPolicy } from '@orbweaver/command/policies/redaction-policy.ts';

/** What the capturing process is told to do. */
export interface LiveJob {
  readonly interface: string;
  /** pcap filter; empty for everything. */
  readonly filter: string;
  /** Bytes of the kernel's buffer. */
  readonly bufferBytes: number;
  /** Seconds after which a flow that goes on is recorded all the same. */
  readonly activeTimeout: number;
  readonly hostname: string;
  readonly redaction: RedactionPolicy;
  readonly content: ContentSettings;
}

export type ToLive =
  | { readonly kind: 'start'; readonly job: LiveJob }
  /** One batch was stored. */
  | { readonly kind: 'taken' }
  /** End every flow and say goodbye. */
  | { readonly kind: 'stop' };

export interface LiveCounts {
  /** Packets that were looked at. */
  readonly packets: number;
  /** Packets that were lost, by where: `queue` while too much was waiting to be stored, `kernel` while its buffer was full; that is absent where it cannot be told. */
  readonly dropped: Readonly<Record<string, number>>;
}

export type FromLive =
  | { readonly kind: 'started' }
  | { readonly kind: 'batch'; readonly ndjson: Uint8Array }
  | { readonly kind: 'counts'; readonly counts: LiveCounts }
  | { readonly kind: 'failed'; readonly message: string }
  /** Every record was sent. */
  | { readonly kind: 'stopped' };
