import { createGunzip, createZstdDecompress, type Gunzip, type ZstdDecompress } from 'node:zlib';
import { CaptureError } from './read-error.ts';

/** Bytes that tell what a file is compressed with. */
const magicLength = 4;
/** Compressed bytes that are undone at a time: with gzip's greatest ratio of 1032 the output stays below 17 MiB. */
const inputPiece = 16 * 1024;
/** Bytes that zlib gives out at a time, and at most withholds when it finds damage. */
const outputPiece = 64 * 1024;

/** Undoes gzip (RFC 1952) and zstd (RFC 8878) where the first bytes show one of them; anything else passes unchanged. */
export async function* decompress(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head: Uint8Array | undefined;
  let stream: Inflater | undefined;
  let isKnown = false;
  for await (const chunk of chunks) {
    let bytes = chunk;
    if (!isKnown) {
      bytes = head === undefined ? chunk : Buffer.concat([head, chunk]);
      if (bytes.length < magicLength) {
        head = Uint8Array.from(bytes);
        continue;
      }
      isKnown = true;
      stream = chooseInflater(bytes);
    }
    if (stream === undefined) yield bytes;
    else yield* stream.write(bytes);
  }
  if (!isKnown && head !== undefined) yield head;
  if (stream !== undefined) yield* stream.end();
}

function chooseInflater(bytes: Uint8Array): Inflater | undefined {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return new Inflater('gzip', createGunzip({ chunkSize: outputPiece }));
  if (bytes[0] === 0x28 && bytes[1] === 0xb5 && bytes[2] === 0x2f && bytes[3] === 0xfd) {
    return new Inflater('zstd', createZstdDecompress({ chunkSize: outputPiece }));
  }
  return undefined;
}

/**
 * A zlib stream driven piece by piece, so that memory stays bounded and everything in front of a damaged place is given out: as a pipe it would throw away
 * what it has undone already.
 */
class Inflater {
  readonly #name: string;
  readonly #stream: Gunzip | ZstdDecompress;
  #output: Uint8Array[] = [];
  #error: Error | undefined;
  #taken = 0;
  #wake: (() => void) | undefined;

  constructor(name: string, stream: Gunzip | ZstdDecompress) {
    this.#name = name;
    this.#stream = stream;
    stream.on('data', (piece: Uint8Array) => this.#output.push(piece));
    stream.on('error', (error) => {
      this.#error = error;
      this.#wake?.();
    });
    stream.on('end', () => this.#wake?.());
  }

  async *write(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += inputPiece) {
      const piece = bytes.subarray(at, at + inputPiece);
      await this.#until((done) => this.#stream.write(piece, done));
      yield* this.#take();
      this.#taken += piece.length;
    }
  }

  async *end(): AsyncGenerator<Uint8Array> {
    await this.#until(() => this.#stream.end());
    yield* this.#take();
  }

  async #until(act: (done: () => void) => void): Promise<void> {
    if (this.#error !== undefined) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      act(resolve);
    });
  }

  *#take(): Generator<Uint8Array> {
    const output = this.#output;
    this.#output = [];
    yield* output;
    if (this.#error === undefined) return;
    this.#stream.destroy();
    throw new CaptureError('bad_compression', this.#taken, `the ${this.#name} data is damaged or ends early: ${this.#error.message}`);
  }
}
