import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { open, rename, rm, statfs, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { ReceiveError } from './receive-error.ts';
import { headLength, whyNotACapture } from './sniff.ts';

/** Bytes that stay free on the disk, so that what is stored already can go on. */
export const reservedBytes = 256 * 2 ** 20;
/** Bytes between two looks at the free space. */
const spaceCheckInterval = 64 * 2 ** 20;

export interface Received {
  readonly bytes: number;
  readonly sha256: string;
}

/** The uploaded files of a folder: `<id>.capture`, and `<id>.partial` while one is coming in. */
export class CaptureFiles {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  path(id: string): string {
    return join(this.folder, `${id}.capture`);
  }

  /**
   * Writes a stream to disk and makes sure that it is there to stay. Rejects with a `ReceiveError` (and leaves nothing behind) if it is longer than
   * `limit` bytes, is no capture, does not fit, or breaks off.
   */
  async receive(id: string, source: AsyncIterable<Uint8Array>, limit: number, expected?: number): Promise<Received> {
    if (expected !== undefined && expected > limit) throw tooLarge(limit);
    const partial = join(this.folder, `${id}.partial`);
    await this.checkSpace(expected ?? 0);
    const file = await open(partial, 'wx', 0o600);
    try {
      const received = await this.write(file, source, limit);
      await file.sync();
      await file.close();
      await rename(partial, this.path(id));
      return received;
    } catch (error) {
      await file.close().catch(() => undefined);
      await rm(partial, { force: true });
      throw asReceiveError(error);
    }
  }

  async remove(id: string): Promise<void> {
    await rm(this.path(id), { force: true });
  }

  /** Removes what a crash left of files that were coming in, and files that nobody knows. */
  async tidy(isKnown: (id: string) => boolean): Promise<void> {
    for (const name of readdirSync(this.folder)) {
      const [id, kind] = name.split('.');
      if (kind === 'partial' || (kind === 'capture' && !isKnown(id!))) await rm(join(this.folder, name), { force: true });
    }
  }

  private async write(file: FileHandle, source: AsyncIterable<Uint8Array>, limit: number): Promise<Received> {
    const hash = createHash('sha256');
    let head: Uint8Array[] | undefined = [];
    let bytes = 0;
    let unchecked = 0;
    for await (const chunk of source) {
      bytes += chunk.length;
      unchecked += chunk.length;
      if (bytes > limit) throw tooLarge(limit);
      if (unchecked >= spaceCheckInterval) {
        await this.checkSpace(0);
        unchecked = 0;
      }
      if (head !== undefined) {
        head.push(chunk);
        if (bytes >= headLength) {
          await refuseOthers(head);
          head = undefined;
        }
      }
      hash.update(chunk);
      await file.writeFile(chunk);
    }
    if (head !== undefined) await refuseOthers(head);
    return { bytes, sha256: hash.digest('hex') };
  }

  private async checkSpace(needed: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.folder);
    if (bavail * bsize - needed < reservedBytes)
      throw new ReceiveError(
        'disk-full',
        `There is not enough room in ${this.folder}: ${gigabytes(bavail * bsize)} are free, ${gigabytes(needed + reservedBytes)} are needed.`,
      );
  }
}

async function refuseOthers(head: readonly Uint8Array[]): Promise<void> {
  const why = await whyNotACapture(Buffer.concat(head));
  if (why !== undefined) throw new ReceiveError('not-a-capture', why);
}

function tooLarge(limit: number): ReceiveError {
  return new ReceiveError(
    'too-large',
    `A capture may have at most ${gigabytes(limit)} (${String(limit)} bytes); the setting uploadLimit changes that.`,
  );
}

function asReceiveError(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new ReceiveError('disk-full', 'The disk is full; nothing of this file was kept.', { cause: error });
  if (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ABORT_ERR')
    return new ReceiveError('aborted', 'The upload broke off; nothing of it was kept.', { cause: error });
  return error;
}

const gigabytes = (bytes: number) => (bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(1)} MB`);
