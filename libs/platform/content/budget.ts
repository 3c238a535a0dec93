import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What happens when the content folder is full: nothing more is kept, or the oldest segments go. */
export type FullPolicy = 'refuse' | 'drop-oldest';

/** Own bytes after which the folder is measured anew: other threads and processes write there too. */
const measureEvery = 16 << 20;

/** Keeps the content folder within its limit. */
export class Budget {
  readonly #folder: string;
  readonly #limit: number;
  readonly #policy: FullPolicy;
  readonly #flush: () => void;
  #used: number;
  #sinceMeasured = 0;
  /** Segments deleted to make room. */
  dropped = 0;

  /** `flush` brings to disk what was counted and waits: the folder is measured by its files. */
  constructor(folder: string, limit: number, policy: FullPolicy, flush: () => void) {
    this.#folder = folder;
    this.#limit = limit;
    this.#policy = policy;
    this.#flush = flush;
    this.#used = folderBytes(folder);
  }

  /** True if `bytes` may be written into `segment`, and counts them. */
  take(bytes: number, segment: string): boolean {
    if (this.#sinceMeasured > measureEvery || this.#used + bytes > this.#limit) this.#measure();
    if (this.#used + bytes > this.#limit && this.#policy === 'drop-oldest') this.#dropUntil(bytes, segment);
    if (this.#used + bytes > this.#limit) return false;
    this.#used += bytes;
    this.#sinceMeasured += bytes;
    return true;
  }

  #measure(): void {
    if (this.#sinceMeasured === 0) return;
    this.#flush();
    this.#used = folderBytes(this.#folder);
    this.#sinceMeasured = 0;
  }

  #dropUntil(bytes: number, current: string): void {
    const segments = readdirSync(this.#folder).filter((segment) => segment !== current);
    const byAge = segments
      .map((segment) => ({ segment, changed: statSync(join(this.#folder, segment)).mtimeMs }))
      .sort((a, b) => a.changed - b.changed);
    for (const { segment } of byAge) {
      if (this.#used + bytes <= this.#limit) return;
      this.#used -= folderBytes(join(this.#folder, segment));
      rmSync(join(this.#folder, segment), { recursive: true, force: true });
      this.dropped++;
    }
  }
}

/** Bytes of all files below a folder; what vanishes meanwhile counts nothing. */
export function folderBytes(folder: string): number {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder, { recursive: true, withFileTypes: true }).reduce((sum, entry) => {
    return sum + (entry.isFile() ? (statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0) : 0);
  }, 0);
}
