import { constants } from 'node:fs';
import { open, readdir, rm, truncate, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { crc32, zstdDecompress } from 'node:zlib';
import { captureSegment, isSegment, parseContentId } from './content-id.ts';
import { contentCap } from './content-policy.ts';
import { Codec, decodeEntryHeader, entryHeaderLength, packMagic, packName, type EntryHeader } from './pack-format.ts';

const decompress = promisify(zstdDecompress);

export interface OpenContent {
  readonly bytes: Readable;
  /** Bytes to come. */
  readonly length: number;
}

/** Reads and deletes what `FileContent` kept, in whatever thread. Several readers and writers may work on one folder. */
export class ContentFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The content of an id, or undefined if it is not there (any more), or damaged. */
  async open(id: string): Promise<OpenContent | undefined> {
    const bytes = await this.read(id);
    return bytes === undefined ? undefined : { bytes: Readable.from([bytes]), length: bytes.length };
  }

  async read(id: string): Promise<Buffer | undefined> {
    const place = parseContentId(id);
    if (place === undefined) return undefined;
    const file = await openIfThere(join(this.#folder, place.segment, packName(place.pack)));
    if (file === undefined) return undefined;
    try {
      const entry = await readEntryHeader(file, place.offset);
      if (entry === undefined || entry.check !== place.check || entry.plainLength > contentCap || entry.storedLength > entry.plainLength)
        return undefined;
      const stored = await readExactly(file, place.offset + entryHeaderLength, entry.storedLength);
      return stored === undefined || crc32(stored) !== entry.check ? undefined : await plainBytes(stored, entry);
    } finally {
      await file.close();
    }
  }

  async deleteCapture(capture: string): Promise<void> {
    await this.deleteSegment(captureSegment(capture));
  }

  /** Deletes all content of a segment; one that is not there is no error. */
  async deleteSegment(segment: string): Promise<void> {
    if (!isSegment(segment)) throw new Error(`content segment "${segment}" is not lower-case letters, digits and hyphens`);
    await rm(join(this.#folder, segment), { recursive: true, force: true });
  }

  async segments(): Promise<string[]> {
    const names = await readdir(this.#folder).catch(() => []);
    return names.filter(isSegment).sort();
  }

  /**
   * After a crash, before anyone writes: cuts each pack behind its last whole entry. Returns the bytes that were cut off; they were named by no
   * record that was stored, since content is flushed first.
   */
  async recover(): Promise<number> {
    let lost = 0;
    for (const segment of await this.segments()) {
      const folder = join(this.#folder, segment);
      for (const name of await readdir(folder)) if (/^pack-\d+\.bin$/.test(name)) lost += await cutTornTail(join(folder, name));
    }
    return lost;
  }
}

async function plainBytes(stored: Buffer, { codec, plainLength }: EntryHeader): Promise<Buffer | undefined> {
  if (codec === Codec.plain) return stored.length === plainLength ? stored : undefined;
  if (codec !== Codec.zstd) return undefined;
  const plain = await decompress(stored, { maxOutputLength: plainLength }).catch(() => undefined);
  return plain?.length === plainLength ? plain : undefined;
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

async function readExactly(file: FileHandle, position: number, length: number): Promise<Buffer | undefined> {
  const bytes = Buffer.alloc(length);
  let at = 0;
  while (at < length) {
    const { bytesRead } = await file.read(bytes, at, length - at, position + at);
    if (bytesRead === 0) return undefined;
    at += bytesRead;
  }
  return bytes;
}

async function readEntryHeader(file: FileHandle, offset: number): Promise<EntryHeader | undefined> {
  const bytes = await readExactly(file, offset, entryHeaderLength);
  return bytes === undefined ? undefined : decodeEntryHeader(bytes);
}

/** Headers are walked and only the last entry's bytes are read: those before it were written earlier. */
async function cutTornTail(path: string): Promise<number> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const magic = await readExactly(file, 0, packMagic.length);
    let end = magic?.equals(packMagic) ? packMagic.length : 0;
    let last = end;
    for (
      let entry = end === 0 ? undefined : await readEntryHeader(file, end);
      entry !== undefined;
      entry = await readEntryHeader(file, end)
    ) {
      if (end + entryHeaderLength + entry.storedLength > size) break;
      last = end;
      end += entryHeaderLength + entry.storedLength;
    }
    if (!(await isWhole(file, last, end))) end = last;
    if (end < size) await truncate(path, end);
    return size - end;
  } finally {
    await file.close();
  }
}

async function isWhole(file: FileHandle, start: number, end: number): Promise<boolean> {
  if (start === end) return true;
  const entry = await readEntryHeader(file, start);
  const stored = entry && (await readExactly(file, start + entryHeaderLength, entry.storedLength));
  return stored !== undefined && crc32(stored) === entry?.check;
}
