import { writeSync } from 'node:fs';
import type { RecordOutput } from './options.ts';

/** Bytes that are gathered for one write. */
const batchLength = 1 << 18;

/** Bytes of UTF-8 that a UTF-16 unit takes at most. */
const unitLength = 3;

const lineFeed = 0x0a;

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
  #batch = Buffer.allocUnsafeSlow(batchLength);
  #length = 0;
  #isOpen = true;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  write(line: string): boolean {
    const room = line.length * unitLength + 1;
    if (room > this.#batch.length - this.#length) {
      this.flush();
      if (room > this.#batch.length) this.#batch = Buffer.allocUnsafeSlow(room);
    }
    this.#length += this.#batch.write(line, this.#length);
    this.#batch[this.#length++] = lineFeed;
    return this.#isOpen;
  }

  writeLines(bytes: Uint8Array, start: number, end: number): boolean {
    const length = end - start;
    if (length > this.#batch.length - this.#length) {
      this.flush();
      if (length > this.#batch.length) {
        this.#writeAll(bytes, start, end);
        return this.#isOpen;
      }
    }
    this.#batch.set(bytes.subarray(start, end), this.#length);
    this.#length += length;
    return this.#isOpen;
  }

  flush(): boolean {
    this.#writeAll(this.#batch, 0, this.#length);
    this.#length = 0;
    return this.#isOpen;
  }

  #writeAll(bytes: Uint8Array, start: number, end: number): void {
    for (let done = start; done < end && this.#isOpen;) done += this.#writeSome(bytes, done, end);
  }

  #writeSome(bytes: Uint8Array, from: number, end: number): number {
    try {
      return writeSync(this.#descriptor, bytes, from, end - from);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') this.#isOpen = false;
      else if (code === 'EAGAIN') Atomics.wait(this.#clock, 0, 0, retryMs);
      else throw new OutputError(`standard output cannot be written: ${(error as Error).message}`);
      return 0;
    }
  }
}
