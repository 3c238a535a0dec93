import { fstatSync, readSync, type Stats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { decompress } from './decompress.ts';
import { chunkLength, gather } from './gather.ts';
import { CaptureError } from './read-error.ts';

/**
 * The bytes of a capture, uncompressed, chunk by chunk. A chunk is valid until the next one is asked for. Throws a `CaptureError` of kind `unreadable` or
 * `bad_compression`, after everything in front of the damage has been given out.
 */
export interface CaptureSource extends AsyncIterable<Uint8Array> {
  /** Bytes of the file as it lies on the disk, once it is open; undefined for a pipe. */
  readonly size: number | undefined;
  /** Bytes of the file that were taken so far: with `size`, the progress. */
  readonly position: number;
}

export interface SourceOptions {
  /**
   * Reads a file on the thread that asks, which has nothing else to do: what is read lies in the processor's cache when it is parsed, and no thread is woken.
   * Pipes and devices are waited for as always.
   */
  readonly mayBlock?: boolean;
}

/** Opens a file, or standard input for `-`, on the first chunk asked for. gzip (of any number of members) and zstd are undone. */
export function openCapture(path: string, { mayBlock = false }: SourceOptions = {}): CaptureSource {
  return new FileSource(path, mayBlock);
}

/** Bytes of each of the two read buffers: one is filled while the other is parsed. */
const readBufferLength = 1024 * 1024;

/** Its descriptor. */
const standardInput = 0;

class FileSource implements CaptureSource {
  size: number | undefined;
  position = 0;
  readonly #path: string;
  readonly #mayBlock: boolean;

  constructor(path: string, mayBlock: boolean) {
    this.#path = path;
    this.#mayBlock = mayBlock;
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return decompress(this.#path === '-' ? this.#readStandardInput() : this.#readFile());
  }

  async *#readStandardInput(): AsyncGenerator<Uint8Array> {
    this.#noteSize(fstatSync(standardInput));
    if (this.#mayBlock && this.size !== undefined) yield* this.#readBlocking(standardInput);
    else yield* gather(this.#piecesOf(process.stdin), () => process.stdin.destroy());
  }

  async *#piecesOf(stdin: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      for await (const piece of stdin) {
        this.position += piece.length;
        yield piece;
      }
    } catch (error) {
      throw unreadable(error, this.position);
    }
  }

  async *#readFile(): AsyncGenerator<Uint8Array> {
    const file = await this.#open();
    try {
      if (this.size === undefined) yield* gather(this.#readAhead(file));
      else if (this.#mayBlock) yield* this.#readBlocking(file.fd);
      else yield* this.#readAhead(file);
    } finally {
      await file.close();
    }
  }

  async #open(): Promise<FileHandle> {
    try {
      const file = await open(this.#path, 'r');
      this.#noteSize(await file.stat());
      return file;
    } catch (error) {
      throw unreadable(error, 0);
    }
  }

  /** Only a regular file has one. */
  #noteSize(stat: Stats): void {
    if (stat.isFile()) this.size = stat.size;
  }

  async *#readBlocking(descriptor: number): AsyncGenerator<Uint8Array> {
    const buffer = Buffer.allocUnsafeSlow(chunkLength);
    try {
      for (let bytesRead = 1; bytesRead > 0;) {
        bytesRead = readSync(descriptor, buffer, 0, chunkLength, null);
        this.position += bytesRead;
        if (bytesRead > 0) yield buffer.subarray(0, bytesRead);
      }
    } catch (error) {
      throw unreadable(error, this.position);
    }
  }

  async *#readAhead(file: FileHandle): AsyncGenerator<Uint8Array> {
    let pending: Promise<{ bytesRead: number }> | undefined;
    try {
      let filling = Buffer.allocUnsafeSlow(readBufferLength);
      let filled = Buffer.allocUnsafeSlow(readBufferLength);
      pending = file.read(filling, 0, readBufferLength, null);
      for (;;) {
        const { bytesRead } = await pending;
        pending = undefined;
        if (bytesRead === 0) return;
        [filling, filled] = [filled, filling];
        pending = file.read(filling, 0, readBufferLength, null);
        // Whoever stops early leaves this one unawaited; that it may fail then is nobody's concern.
        pending.catch(() => undefined);
        this.position += bytesRead;
        yield filled.subarray(0, bytesRead);
      }
    } catch (error) {
      throw unreadable(error, this.position);
    } finally {
      await pending?.catch(() => undefined);
    }
  }
}

function unreadable(error: unknown, offset: number): CaptureError {
  if (error instanceof CaptureError) return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const reason = reasons[code] ?? (error instanceof Error ? error.message : String(error));
  return new CaptureError('unreadable', offset, `cannot be read: ${reason}`);
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EISDIR: 'it is a directory, expected a capture file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EMFILE: 'too many open files',
  EIO: 'input/output error',
};
