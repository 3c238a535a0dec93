import type { Capture } from '@orbweaver/contracts/http/captures.ts';

/** Remembers captures. A change is durable when the call has returned. */
export interface CaptureTable {
  /** Newest first. */
  list(): Capture[];
  get(id: string): Capture | undefined;
  bySha256(sha256: string): Capture | undefined;
  hasName(name: string): boolean;
  /** Adds it, or replaces what is known under its id. */
  save(capture: Capture): void;
  remove(id: string): void;
}
