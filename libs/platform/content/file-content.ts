import type { ContentKind, ContentSink, ContentWriter, KeptContent } from '@orbweaver/protocols/sdk/content.ts';
import { Budget, type FullPolicy } from './budget.ts';
import { newContentCounters, type ContentCounters } from './content-counters.ts';
import { formatContentId, isSegment } from './content-id.ts';
import { boundOf, type ContentPolicy } from './content-policy.ts';
import { KeptBuffer, type OpenBytes } from './kept-buffer.ts';
import { entryBytes, PackWriter, prepareEntry } from './pack-writer.ts';

export interface FileContentOptions {
  /** Holds a folder a segment. */
  readonly folder: string;
  /** Where content goes from now on: `captureSegment(name)`, or a function that names the hour. */
  readonly segment: string | (() => string);
  readonly policy: ContentPolicy;
  /** Bytes that the folder may hold. */
  readonly limit: number;
  readonly whenFull: FullPolicy;
  /** Takes out what must not be stored; gives the very same array where there is nothing. */
  readonly redact?: (bytes: Uint8Array) => Uint8Array;
}

/**
 * Keeps bodies and payloads in append-only packs: the adapter of the ContentSink port, for one thread. A disk that refuses ends no
 * analysis: what it refused is counted, and not kept.
 */
export class FileContent implements ContentSink {
  readonly counters: ContentCounters = newContentCounters();
  readonly #options: FileContentOptions;
  readonly #budget: Budget;
  readonly #open: OpenBytes = { held: 0 };
  #writer: PackWriter | undefined;
  #segment = '';

  constructor(options: FileContentOptions) {
    this.#options = options;
    this.#budget = new Budget(options.folder, options.limit, options.whenFull, () => this.#writer?.flush());
  }

  open(kind: ContentKind): ContentWriter | undefined {
    const bound = boundOf(this.#options.policy, kind);
    return bound === 0 ? undefined : new KeptBuffer(bound, this.#open, this.counters, (bytes) => this.#keep(bytes));
  }

  /** Everything that was kept is on disk afterwards: call it before the records that name it are stored. */
  flush(): void {
    this.#tryTo(() => this.#writer?.flush());
  }

  close(): void {
    this.#tryTo(() => this.#writer?.close());
    this.#writer = undefined;
  }

  #keep(whole: Uint8Array): KeptContent | undefined {
    const bytes = this.#options.redact?.(whole) ?? whole;
    const entry = prepareEntry(bytes);
    const kept = this.#tryTo(() => {
      const writer = this.#writerOfNow();
      if (!this.#budget.take(entryBytes(entry), this.#segment)) return undefined;
      return { id: formatContentId(writer.append(entry)), bytes: bytes.length };
    });
    this.counters.droppedSegments = this.#budget.dropped;
    if (kept === undefined) {
      this.counters.refused++;
      this.counters.refusedBytes += bytes.length;
    } else {
      this.counters.kept++;
      this.counters.keptBytes += bytes.length;
    }
    return kept;
  }

  #writerOfNow(): PackWriter {
    const { folder, segment } = this.#options;
    const name = typeof segment === 'string' ? segment : segment();
    if (!isSegment(name)) throw new Error(`content segment "${name}" is not lower-case letters, digits and hyphens`);
    if (this.#writer === undefined || name !== this.#segment) {
      this.#writer?.close();
      this.#writer = new PackWriter(folder, name);
      this.#segment = name;
    }
    return this.#writer;
  }

  /** Only what the file system says is borne; anything else is a mistake of ours. */
  #tryTo<T>(step: () => T): T | undefined {
    try {
      return step();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
      this.#writer = undefined;
      return undefined;
    }
  }
}
