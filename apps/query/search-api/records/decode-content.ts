import { pipeline, Transform, type Readable, type TransformCallback } from 'node:stream';
import { constants, createBrotliDecompress, createGunzip, createInflate, createInflateRaw, createZstdDecompress } from 'node:zlib';

/** Bytes that come out of a coding; the rest is cut off: a few kilobytes may claim to be gigabytes. */
export const maxDecodedBytes = 32 * 2 ** 20;
/** Codings that may lie on top of each other (RFC 9110, section 8.4). */
export const maxCodings = 4;

/** Gives out what a cut input holds, instead of an error. */
const lenient = { finishFlush: constants.Z_SYNC_FLUSH };

/**
 * Undoes content codings, the last applied first. Kept bytes may be cut: what can be decoded of them comes out, and the stream then ends
 * without an error. Undefined if a coding is not known.
 */
export function decodeContent(bytes: Readable, codings: readonly string[]): Readable | undefined {
  const known = codings.filter((coding) => coding !== 'identity' && coding !== '');
  if (known.length > maxCodings) return undefined;
  let decoded = bytes;
  for (const coding of known.reverse()) {
    const decoder = decoderOf(coding);
    if (decoder === undefined) return undefined;
    decoded = tolerant(decoded, decoder);
  }
  return decoded === bytes ? bytes : tolerant(decoded, new Bound(maxDecodedBytes));
}

function decoderOf(coding: string): Transform | undefined {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip(lenient);
    case 'deflate':
      return new AnyInflate();
    case 'br':
      return createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH });
    case 'zstd':
      return createZstdDecompress();
    default:
      return undefined;
  }
}

/** An error of the decoder ends its output instead: what came before is all there is. */
function tolerant(source: Readable, decoder: Transform): Readable {
  const output = new Transform({ transform: (chunk: Buffer, _encoding, done) => done(null, chunk) });
  pipeline(source, decoder, () => undefined);
  decoder.on('data', (chunk: Buffer) => {
    if (!output.write(chunk)) {
      decoder.pause();
      output.once('drain', () => decoder.resume());
    }
  });
  decoder.once('end', () => output.end());
  decoder.once('error', () => output.end());
  output.once('close', () => source.destroy());
  return output;
}

/** `deflate` means zlib's wrapping (RFC 9110, section 8.4.1.2); some servers send it bare. */
class AnyInflate extends Transform {
  private inner: Transform | undefined;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.inner ??= this.begin(chunk);
    this.inner.write(chunk, done);
  }

  override _flush(done: TransformCallback): void {
    if (this.inner === undefined) {
      done();
      return;
    }
    this.inner.once('end', done);
    this.inner.end();
  }

  private begin(chunk: Buffer): Transform {
    const inner = (chunk[0]! & 0x0f) === 8 ? createInflate(lenient) : createInflateRaw(lenient);
    inner.on('data', (data: Buffer) => this.push(data));
    inner.once('error', (error) => this.destroy(error));
    return inner;
  }
}

/** Lets so many bytes through and ends. */
class Bound extends Transform {
  private left: number;

  constructor(bytes: number) {
    super();
    this.left = bytes;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const piece = chunk.subarray(0, this.left);
    this.left -= piece.length;
    this.push(piece);
    if (this.left === 0) this.push(null);
    done(this.left === 0 ? new Error('the bound is reached') : null);
  }
}
