import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { AnalyzeOptions } from '../options.ts';

/** Threads that can be asked for. */
export const threadLimit = 64;

/** Bytes of a file from which on several threads are worth their start: at a quarter of it two take as long as one, since each has to compile for itself. */
export const threadedFrom = 256 * 2 ** 20;

/** Each thread looks at every packet, and decodes what may be anybody's, so that more of them help less and less. */
const defaultLimit = 4;

/** Cores that one thread makes use of: the engine compiles and collects garbage beside it. */
const coresPerThread = 2;

/** Threads that a large file is given unless something else is asked for. */
export function defaultThreads(cores = availableParallelism()): number {
  return Math.max(1, Math.min(Math.floor(cores / coresPerThread), defaultLimit));
}

/** Threads that a file is analysed by: what was asked for, or one for pipes and small files. */
export function threadsFor(file: string, options: AnalyzeOptions): number {
  // What keeps content is of this thread.
  if (options.content !== undefined) return 1;
  if (options.threads !== undefined) return options.threads;
  return file !== '-' && sizeOf(file) >= threadedFrom ? defaultThreads() : 1;
}

/** Bytes of a regular file; 0 for anything else, and for what cannot be read: who opens it will say so. */
function sizeOf(file: string): number {
  try {
    const stat = statSync(file);
    return stat.isFile() ? stat.size : 0;
  } catch {
    return 0;
  }
}
