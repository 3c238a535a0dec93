import type { Readable } from 'node:stream';

export interface OpenContent {
  readonly bytes: Readable;
  /** Length, content coding still on. */
  readonly length: number;
}

/** Opens bytes that were kept beside a record. Undefined if they are not there (any more). */
export interface ContentReader {
  open(id: string): Promise<OpenContent | undefined>;
}
export const contentReaderToken = Symbol('ContentReader');
