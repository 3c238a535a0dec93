import { mkdir, open, readdir, readFile, rm, stat, truncate, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreUnavailable } from '@orbweaver/command/indexing/writer.ts';
import { syncFolder } from './durable.ts';
import { maxSpoolFileBytes } from './settings.ts';

interface Pending {
  readonly bytes: Uint8Array;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

export interface SpoolFile {
  readonly path: string;
  readonly bytes: number;
}

interface OpenFile {
  readonly path: string;
  readonly handle: FileHandle;
  bytes: number;
}

const newline = 0x0a;

/**
 * Where records wait to be put into segments: NDJSON files, numbered in the order of their batches. A batch is acknowledged when its bytes are on the disk; batches that arrive meanwhile share the
 * next flush. A file is deleted when all its records are in segments, so a crash leaves it to be loaded (again).
 */
export class Spool {
  readonly #folder: string;
  #sealed: SpoolFile[] = [];
  #current: OpenFile | undefined;
  /** Closed for new batches, not yet among the sealed. */
  #sealing: OpenFile | undefined;
  /** The batch that is being written. */
  #batch: Promise<unknown> = Promise.resolve();
  /** One after the other, so that who waits for one finds its file. Never rejects. */
  #lastSeal: Promise<void> = Promise.resolve();
  #next = 0;
  #pending: Pending[] = [];
  #isWriting = false;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Opens a spool and takes over what an earlier process left. A last line that was cut off was never acknowledged. */
  static async open(folder: string): Promise<Spool> {
    await mkdir(folder, { recursive: true });
    const spool = new Spool(folder);
    const present = (await readdir(folder)).sort();
    const names = present.filter((name) => /^\d{12}\.ndjson$/.test(name));
    // What a load had written for itself.
    for (const name of present) if (!names.includes(name)) await rm(join(folder, name), { recursive: true });
    for (const name of names) {
      const path = join(folder, name);
      const content = await readFile(path);
      const bytes = content.lastIndexOf(newline) + 1;
      if (bytes < content.length) await truncate(path, bytes);
      if (bytes === 0) await rm(path);
      else spool.#sealed.push({ path, bytes });
      spool.#next = Number.parseInt(name, 10) + 1;
    }
    return spool;
  }

  /** Bytes that are not in segments yet. */
  get waitingBytes(): number {
    return this.#sealed.reduce((sum, { bytes }) => sum + bytes, (this.#current?.bytes ?? 0) + (this.#sealing?.bytes ?? 0));
  }

  /** Resolves when the bytes are on the disk. */
  append(bytes: Uint8Array): Promise<void> {
    const appended = new Promise<void>((done, failed) => this.#pending.push({ bytes, done, failed }));
    if (!this.#isWriting) void this.#write();
    return appended;
  }

  /** Files to load next, oldest first, up to about `maxBytes`, without those that are `taken`; what is being written is closed for it. They stay until `remove`. */
  async take(maxBytes: number, taken: readonly SpoolFile[] = []): Promise<readonly SpoolFile[]> {
    const waiting = () => this.#sealed.filter((file) => !taken.includes(file));
    if (waiting().reduce((sum, { bytes }) => sum + bytes, 0) < maxBytes) await this.#seal();
    const files: SpoolFile[] = [];
    let bytes = 0;
    for (const file of waiting()) {
      if (files.length > 0 && bytes + file.bytes > maxBytes) break;
      files.push(file);
      bytes += file.bytes;
    }
    return files;
  }

  async remove(files: readonly SpoolFile[]): Promise<void> {
    this.#sealed = this.#sealed.filter((file) => !files.includes(file));
    for (const { path } of files) await rm(path, { force: true });
  }

  async close(): Promise<void> {
    await this.#seal();
  }

  /** Batches from now on go to a new file; the one that is being written still goes to the old. */
  #seal(): Promise<void> {
    this.#lastSeal = this.#lastSeal.then(() => this.#sealCurrent());
    return this.#lastSeal;
  }

  async #sealCurrent(): Promise<void> {
    const sealing = this.#current;
    if (sealing === undefined) return;
    this.#current = undefined;
    this.#sealing = sealing;
    await this.#batch;
    // All that was acknowledged is on the disk: nothing depends on this.
    await sealing.handle.close().catch(() => undefined);
    if (sealing.bytes > 0) this.#sealed.push({ path: sealing.path, bytes: sealing.bytes });
    else await rm(sealing.path, { force: true }).catch(() => undefined);
    this.#sealing = undefined;
  }

  /** Never rejects: each batch's caller hears of its failure. */
  async #write(): Promise<void> {
    this.#isWriting = true;
    while (this.#pending.length > 0) {
      const batch = this.#pending;
      this.#pending = [];
      try {
        const written = this.#writeBatch(batch.map(({ bytes }) => bytes));
        this.#batch = written.catch(() => undefined);
        await written;
        for (const { done } of batch) done();
        if (this.#current !== undefined && this.#current.bytes >= maxSpoolFileBytes) await this.#seal();
      } catch (error) {
        const reason = unavailable(this.#folder, error);
        for (const { failed } of batch) failed(reason);
      }
    }
    this.#isWriting = false;
  }

  async #writeBatch(parts: readonly Uint8Array[]): Promise<void> {
    const current = this.#current ?? (await this.#begin());
    this.#current = current;
    try {
      for (const part of parts) await writeAll(current.handle, part);
      await current.handle.datasync();
      current.bytes = (await current.handle.stat()).size;
    } catch (error) {
      await current.handle.truncate(current.bytes).catch(() => undefined);
      throw error;
    }
  }

  async #begin(): Promise<OpenFile> {
    const path = join(this.#folder, `${String(this.#next++).padStart(12, '0')}.ndjson`);
    const handle = await open(path, 'a');
    await syncFolder(this.#folder);
    return { path, handle, bytes: (await stat(path)).size };
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await handle.write(bytes, at)).bytesWritten;
  if (bytes.length > 0 && bytes.at(-1) !== newline) await handle.write('\n');
}

/** The error that `append` and `flush` reject with: path, reason, what to do. */
export function unavailable(path: string, error: unknown): StoreUnavailable {
  if (error instanceof StoreUnavailable) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  const advice: Readonly<Record<string, string>> = {
    ENOSPC: 'the disk is full; free some space or let retention keep less',
    EDQUOT: 'the disk quota is used up; free some space or let retention keep less',
    EACCES: 'this user may not write there',
    EROFS: 'the file system is read-only',
  };
  if (/could not set lock|conflicting lock/i.test(message))
    return new StoreUnavailable(`The store in ${path} is open in another process`, { cause: error });
  const known = code ?? (/no space left|out of disk|could not write/i.test(message) ? 'ENOSPC' : '');
  return new StoreUnavailable(`Cannot store records in ${path}: ${advice[known] ?? message}`, { cause: error });
}
