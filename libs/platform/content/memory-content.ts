import { Readable } from 'node:stream';
import type { ContentKind, ContentSink, ContentWriter } from '@orbweaver/protocols/sdk/content.ts';
import { newContentCounters, type ContentCounters } from './content-counters.ts';
import { captureSegment } from './content-id.ts';
import type { OpenContent } from './content-files.ts';
import { boundOf, type ContentPolicy } from './content-policy.ts';
import { KeptBuffer, type OpenBytes } from './kept-buffer.ts';

/** The in-memory twin: sink, reader and deletion in one, for tests and for analyses that keep nothing on disk. */
export class MemoryContent implements ContentSink {
  readonly counters: ContentCounters = newContentCounters();
  readonly #policy: ContentPolicy;
  readonly #segment: string;
  readonly #limit: number;
  readonly #kept = new Map<string, Buffer>();
  readonly #open: OpenBytes = { held: 0 };
  #bytes = 0;

  constructor(options: { readonly segment: string; readonly policy: ContentPolicy; readonly limit: number }) {
    this.#segment = options.segment;
    this.#policy = options.policy;
    this.#limit = options.limit;
  }

  open(kind: ContentKind): ContentWriter | undefined {
    const bound = boundOf(this.#policy, kind);
    if (bound === 0) return undefined;
    return new KeptBuffer(bound, this.#open, this.counters, (bytes) => {
      if (this.#bytes + bytes.length > this.#limit) {
        this.counters.refused++;
        this.counters.refusedBytes += bytes.length;
        return undefined;
      }
      const id = `${this.#segment}.0.${this.counters.kept.toString(36)}.0`;
      this.#kept.set(id, Buffer.from(bytes));
      this.#bytes += bytes.length;
      this.counters.kept++;
      this.counters.keptBytes += bytes.length;
      return { id, bytes: bytes.length };
    });
  }

  read(id: string): Promise<Buffer | undefined> {
    return Promise.resolve(this.#kept.get(id));
  }

  async openContent(id: string): Promise<OpenContent | undefined> {
    const bytes = await this.read(id);
    return bytes && { bytes: Readable.from([bytes]), length: bytes.length };
  }

  deleteCapture(capture: string): Promise<void> {
    if (captureSegment(capture) === this.#segment) this.#kept.clear();
    return Promise.resolve();
  }

  flush(): void {
    // Nothing waits.
  }
}
