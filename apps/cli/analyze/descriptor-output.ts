import { writeSync } from 'node:fs';
import type { RecordOutput } from './options.ts';

/** Characters that are gathered for one write. */
const batchLength = 1 << 18;

/** The records could not be written: the disk is full, say. */
export class OutputError extends Error {}

/** Milliseconds until a full pipe is tried again. */
const retryMs = 2;

/**
 * Lines to a file descriptor in large writes. They are synchronous: a slow reader holds the analysis back, so that nothing piles up in memory.
 */
export class DescriptorOutput implements RecordOutput {
  readonly #descriptor: number;
  readonly #clock = new Int32Array(new SharedArrayBuffer(4));
  #text = '';
  #isOpen = true;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  write(line: string): boolean {
    this.#text += line;
    return this.#text.length < batchLength ? this.#isOpen : this.flush();
  }

  flush(): boolean {
    const bytes = Buffer.from(this.#text);
    this.#text = '';
    for (let done = 0; done < bytes.length && this.#isOpen;) done += this.#writeSome(bytes, done);
    return this.#isOpen;
  }

  #writeSome(bytes: Buffer, from: number): number {
    try {
      return writeSync(this.#descriptor, bytes, from);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') this.#isOpen = false;
      else if (code === 'EAGAIN') Atomics.wait(this.#clock, 0, 0, retryMs);
      else throw new OutputError(`standard output cannot be written: ${(error as Error).message}`);
      return 0;
    }
  }
}
