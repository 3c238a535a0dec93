import { BodyHash, type BodyDigests } from '../../http/body-hash.ts';
import type { MimeReader } from './mime-reader.ts';

/** A file in a mail: what its part says of it, and its content after transfer decoding. */
export class Attachment {
  readonly fileName: string | undefined;
  readonly mimeType: string;
  /** Octets that came. */
  size = 0;
  /** Of a whole one, if asked for. */
  digests: BodyDigests | undefined;
  readonly #hash: BodyHash | undefined;
  /** Reads on in a mail that is attached. */
  readonly #inner: MimeReader | undefined;

  constructor(fileName: string | undefined, mimeType: string, hashes: boolean, inner: MimeReader | undefined) {
    this.fileName = fileName;
    this.mimeType = mimeType;
    this.#hash = hashes ? new BodyHash() : undefined;
    this.#inner = inner;
  }

  readonly append = (bytes: Uint8Array, start: number, end: number): void => {
    this.size += end - start;
    this.#hash?.append(bytes, start, end);
    this.#inner?.append(bytes, start, end);
  };

  end(isWhole: boolean): void {
    this.#inner?.end(isWhole);
    if (isWhole) this.digests = this.#hash?.digest();
    else this.#hash?.release();
  }
}
