import { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw, createZstdDecompress, constants } from 'node:zlib';

/** Octets that decoding gives at most, unless the caller asks for less: a kilobyte can unpack to a gigabyte. */
export const decodedLimit = 64 * 1024 * 1024;
/** Codings that are undone one after the other; honest senders use one, seldom two. */
export const codingLimit = 4;

/** Octets handed to a decoder at a time, so that a small bomb is noticed before it has unpacked. */
const feedSize = 16 * 1024;

export interface DecodedContent {
  readonly bytes: Uint8Array;
  /** False if the output was cut at the limit, or the input was broken or ended early: `bytes` is what could be read. */
  readonly complete: boolean;
  /** Why it is not complete. */
  readonly problem?: string;
}

/**
 * Undoes the content codings of a kept body (RFC 9110, section 8.4), the last applied first: gzip, deflate (with and without the zlib
 * wrapper that RFC 9110 asks for), br, zstd, identity. For people who open a body, not for the packet path. Never throws; `codings` are
 * those of `http.*.body.content_encoding`, in lower case.
 */
export async function decodeContent(bytes: Uint8Array, codings: readonly string[], limit: number = decodedLimit): Promise<DecodedContent> {
  const applied = codings.filter((coding) => coding !== 'identity');
  if (applied.length > codingLimit) return { bytes, complete: false, problem: `more than ${codingLimit} content codings` };
  let content = bytes;
  let problem: string | undefined;
  for (const coding of applied.reverse()) {
    const decoder = decoderFor(coding, content);
    if (decoder === undefined) return { bytes: content, complete: false, problem: `unknown content coding "${coding}"` };
    const step = await runDecoder(decoder, content, limit);
    content = step.bytes;
    if (step.problem !== undefined) problem ??= `${coding}: ${step.problem}`;
  }
  return problem === undefined ? { bytes: content, complete: true } : { bytes: content, complete: false, problem };
}

function decoderFor(coding: string, bytes: Uint8Array): Transform | undefined {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return hasZlibWrapper(bytes) ? createInflate() : createInflateRaw();
    case 'br':
      return createBrotliDecompress();
    case 'zstd':
      // A window of 8 MiB is what RFC 9659 lets a sender use; more is memory for nothing.
      return createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: 23 } });
    default:
      return undefined;
  }
}

/** CMF and FLG of RFC 1950, section 2.2: method 8, and together a multiple of 31. */
function hasZlibWrapper(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && (bytes[0]! & 15) === 8 && ((bytes[0]! << 8) | bytes[1]!) % 31 === 0;
}

interface Step {
  readonly bytes: Uint8Array;
  readonly problem?: string;
}

function runDecoder(decoder: Transform, bytes: Uint8Array, limit: number): Promise<Step> {
  return new Promise((resolve) => {
    const parts: Uint8Array[] = [];
    let length = 0;
    const finish = (problem?: string): void => {
      decoder.destroy();
      const whole = Buffer.concat(parts, length);
      resolve(problem === undefined ? { bytes: whole } : { bytes: whole, problem });
    };
    decoder.on('data', (part: Uint8Array) => {
      const taken = part.subarray(0, limit - length);
      parts.push(taken);
      length += taken.length;
      if (taken.length < part.length) finish(`cut at ${limit} bytes`);
    });
    decoder.on('end', () => finish());
    decoder.on('error', (error) => finish(error.message));
    feed(decoder, bytes, 0);
  });
}

/** Writes the next piece once the one before is decoded. */
function feed(decoder: Transform, bytes: Uint8Array, at: number): void {
  if (decoder.destroyed) return;
  if (at >= bytes.length) decoder.end();
  else decoder.write(bytes.subarray(at, at + feedSize), () => feed(decoder, bytes, at + feedSize));
}
