import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { constants, crc32, zstdCompressSync } from 'node:zlib';
import type { ContentPlace } from './content-id.ts';
import { Codec, encodeEntryHeader, entryHeaderLength, packLimit, packMagic, packName } from './pack-format.ts';

/** Bytes that are collected before they are written. */
const bufferLimit = 256 << 10;

/** Below this, compression gains nothing worth its time. */
const compressFrom = 128;

const zstd = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** An entry ready to be written. */
export interface PreparedEntry {
  readonly header: Buffer;
  readonly stored: Uint8Array;
  readonly check: number;
  readonly codec: number;
}

export const entryBytes = ({ stored }: PreparedEntry): number => entryHeaderLength + stored.length;

/** Compresses where that makes it smaller. */
export function prepareEntry(bytes: Uint8Array): PreparedEntry {
  const packed = bytes.length < compressFrom ? undefined : zstdCompressSync(bytes, zstd);
  const isSmaller = packed !== undefined && packed.length < bytes.length;
  const stored = isSmaller ? packed : new Uint8Array(bytes);
  const check = crc32(stored);
  const codec = isSmaller ? Codec.zstd : Codec.plain;
  const header = encodeEntryHeader({
    codec,
    storedLength: stored.length,
    plainLength: bytes.length,
    check,
  });
  return { header, stored, check, codec };
}

/**
 * Appends entries to packs of one segment; each writer has packs of its own, so that several threads can write into one segment. Synchronous:
 * it belongs into a worker thread. Errors of the file system are thrown.
 */
export class PackWriter {
  readonly #folder: string;
  readonly #segment: string;
  #file = -1;
  #pack = -1;
  #size = 0;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;

  constructor(folder: string, segment: string) {
    this.#folder = join(folder, segment);
    this.#segment = segment;
  }

  /** The entry is on disk after `flush`, at the latest. */
  append(entry: PreparedEntry): ContentPlace {
    if (this.#file < 0 || this.#size > packLimit) this.#openNext();
    const place = { segment: this.#segment, pack: this.#pack, offset: this.#size, check: entry.check };
    this.#waiting.push(entry.header, entry.stored);
    this.#waitingBytes += entryBytes(entry);
    this.#size += entryBytes(entry);
    if (this.#waitingBytes >= bufferLimit) this.flush();
    return place;
  }

  flush(): void {
    const bytes = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (let at = 0; at < bytes.length;) at += writeSync(this.#file, bytes, at);
  }

  close(): void {
    if (this.#file < 0) return;
    try {
      this.flush();
    } finally {
      closeSync(this.#file);
      this.#file = -1;
    }
  }

  /** The first number that no other writer has. */
  #openNext(): void {
    this.close();
    mkdirSync(this.#folder, { recursive: true });
    for (;;) {
      this.#pack++;
      try {
        this.#file = openSync(join(this.#folder, packName(this.#pack)), 'wx', 0o600);
        break;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
    this.#waiting.push(packMagic);
    this.#waitingBytes += packMagic.length;
    this.#size = packMagic.length;
  }
}
