import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { compressionOf, magicLength } from '@orbweaver/packet/pcap/decompress.ts';
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

/** Bytes of a compressed file from which on it is undone in one thread and analysed in another: below it the second thread's start takes as long as it saves. */
export const besideFrom = 16 * 2 ** 20;

/** Threads that analyse a file while this one reads it: what was asked for, or what pays. 0: this one does both, as with pipes and small files. */
export function threadsBeside(file: string, options: AnalyzeOptions, cores = availableParallelism()): number {
  // What keeps content is of this thread.
  if (options.content !== undefined) return 0;
  const size = file === '-' ? 0 : sizeOf(file);
  const threads = options.threads ?? (size >= threadedFrom ? defaultThreads(cores) : 1);
  if (threads > 1) return threads;
  return options.threads === undefined && cores > 1 && size >= besideFrom && isCompressed(file) ? 1 : 0;
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

function isCompressed(file: string): boolean {
  const head = Buffer.alloc(magicLength);
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    readSync(descriptor, head);
    return compressionOf(head) !== undefined;
  } catch {
    return false;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
