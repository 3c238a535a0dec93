import type { CaptureSummary } from '@orbweaver/contracts/http/captures.ts';
import type { z } from 'zod';

export interface AnalysisJob {
  /** The file on disk. */
  readonly file: string;
  /** `log.file.path` of its records. */
  readonly capture: string;
}

/** Where an analysis stands; counts only grow. */
export interface AnalysisProgress {
  /** 0 to 1, by bytes of the file. */
  readonly progress: number;
  readonly packets: number;
  /** By dataset. */
  readonly records: Readonly<Record<string, number>>;
}

export interface AnalysisResult extends AnalysisProgress {
  readonly summary: z.output<typeof CaptureSummary>;
  /** RFC 3339. */
  readonly first?: string;
  readonly last?: string;
  /** Why the file could not be read to its end; what was read is analysed. */
  readonly problem?: string;
}

export interface AnalysisSink {
  /** Takes records as NDJSON. The next batch comes when the promise has resolved; if it rejects, the analysis ends with that. */
  batch(ndjson: Uint8Array): Promise<void>;
  progress(progress: AnalysisProgress): void;
}

/** Why an analysis is broken off whose records are about to be deleted: once it has rejected, none may come to be. */
export class CaptureDeleted extends Error {
  override readonly name = 'CaptureDeleted';
}

/**
 * Turns a capture file into records, off the thread that calls. The same file gives the same records with the same ids, however often.
 * Rejects if it could not run at all, or with the signal's reason.
 */
export interface Analyst {
  analyse(job: AnalysisJob, sink: AnalysisSink, signal: AbortSignal): Promise<AnalysisResult>;
}
