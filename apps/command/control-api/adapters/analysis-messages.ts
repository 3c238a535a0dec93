import type { AnalysisJob, AnalysisProgress, AnalysisResult } from '@orbweaver/command/imports/analyst.ts';
import type { RedactionPolicy } from '@orbweaver/command/policies/redaction-policy.ts';
import type { ContentPolicy } from '@orbweaver/platform/content/content-policy.ts';

/** What a worker is started with. */
export interface WorkerInput {
  readonly job: AnalysisJob;
  readonly redaction: RedactionPolicy;
  readonly content: ContentSettings;
}

/** What is kept of bodies and payload, and where. */
export interface ContentSettings {
  readonly folder: string;
  readonly policy: ContentPolicy;
  /** Bytes of the folder; beyond it the oldest goes. */
  readonly limit: number;
}

/** Batches that a worker may have under way. */
export const maxBatchesUnderWay = 4;

export type FromWorker =
  | { readonly kind: 'batch'; readonly ndjson: Uint8Array }
  | { readonly kind: 'progress'; readonly progress: AnalysisProgress }
  | { readonly kind: 'done'; readonly result: AnalysisResult };

/** One batch was taken. */
export type ToWorker = 'taken';
