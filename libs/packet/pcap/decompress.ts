import { createGunzip, createZstdDecompress, type Gunzip, type ZstdDecompress } from 'node:zlib';
import { chunkLength } from './gather.ts';
import { CaptureError } from './read-error.ts';

/** Bytes that tell what a file is compressed with. */
export const magicLength = 4;
/** Compressed bytes that are undone at a time. */
const inputPiece = 64 * 1024;
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

/** What a file is compressed with, by its first `magicLength` bytes. */
export function compressionOf(head: Uint8Array): 'gzip' | 'zstd' | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) return 'zstd';
  return undefined;
}

function chooseInflater(head: Uint8Array): Inflater | undefined {
  const name = compressionOf(head);
  if (name === undefined) return undefined;
  return new Inflater(name, name === 'gzip' ? createGunzip({ chunkSize: outputPiece }) : createZstdDecompress({ chunkSize: outputPiece }));
}

/**
 * A zlib stream driven piece by piece, so that memory stays bounded, whatever the pieces grow to, and everything in front of a damaged place is given out: as a pipe it
 * would throw away what it has undone already.
 */
class Inflater {
  readonly #name: string;
  readonly #stream: Gunzip | ZstdDecompress;
  /** What was undone and has not been given out. */
  readonly #chunk = Buffer.allocUnsafeSlow(chunkLength);
  #length = 0;
  #error: Error | undefined;
  #hasEnded = false;
  #taken = 0;
  #wake: () => void = () => undefined;

  constructor(name: string, stream: Gunzip | ZstdDecompress) {
    this.#name = name;
    this.#stream = stream;
    stream.on('data', (piece: Uint8Array) => this.#keep(piece));
    stream.on('error', (error) => {
      this.#error = error;
      this.#wake();
    });
    stream.on('end', () => {
      this.#hasEnded = true;
      this.#wake();
    });
  }

  /** Gives all out that `bytes` tell. */
  async *write(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += inputPiece) {
      const piece = bytes.subarray(at, at + inputPiece);
      yield* this.#run((done) => this.#stream.write(piece, done));
      this.#taken += piece.length;
    }
    if (this.#length > 0) yield this.#take();
  }

  async *end(): AsyncGenerator<Uint8Array> {
    yield* this.#run(() => this.#stream.end());
    if (this.#length > 0) yield this.#take();
  }

  /** Gives chunks out that are full until `act` is done. */
  async *#run(act: (done: () => void) => void): AsyncGenerator<Uint8Array> {
    let isDone = false;
    if (this.#error === undefined)
      act(() => {
        isDone = true;
        this.#wake();
      });
    for (;;) {
      if (this.#isFull) {
        yield this.#take();
        this.#stream.resume();
      } else if (this.#error !== undefined || ((isDone || this.#hasEnded) && this.#stream.readableLength === 0)) break;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    if (this.#error === undefined) return;
    if (this.#length > 0) yield this.#take();
    this.#stream.destroy();
    throw new CaptureError('bad_compression', this.#taken, `the ${this.#name} data is damaged or ends early: ${this.#error.message}`);
  }

  #keep(piece: Uint8Array): void {
    this.#chunk.set(piece, this.#length);
    this.#length += piece.length;
    if (this.#isFull) this.#stream.pause();
    this.#wake();
  }

  get #isFull(): boolean {
    return this.#length > chunkLength - outputPiece;
  }

  #take(): Uint8Array {
    const taken = this.#chunk.subarray(0, this.#length);
    this.#length = 0;
    return taken;
  }
}
