import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { StoreUnavailable } from '@orbweaver/command/indexing/writer.ts';
import type { DatasetSchema } from '@orbweaver/contracts/records/schema.ts';
import { Catalogue } from '@orbweaver/query/search/catalogue.ts';
import type { RecordStore } from '../store.ts';
import { Database } from './database.ts';
import { Loader } from './loader.ts';
import { DuckDbReader } from './reader.ts';
import { Rejects } from './rejects.ts';
import { Segments } from './segments.ts';
import type { DuckDbSettings } from './settings.ts';
import { Spool, unavailable } from './spool.ts';
import { Tables } from './tables.ts';
import { Tidier } from './tidier.ts';
import { DuckDbWriter } from './writer.ts';

export interface DuckDbStore extends RecordStore {
  /** Writes segments anew that are the smaller for it, which otherwise happens when nothing was stored for a minute; resolves to how many were. */
  tidy(): Promise<number>;
}

/** A process does not lock itself out of a file. */
const openFolders = new Set<string>();

/**
 * Opens the store of a folder, or makes one, with tables for these datasets; what an earlier process acknowledged and had not yet put into segments is
 * put there first. Rejects with `StoreUnavailable` if the folder cannot be used or another process has it.
 */
export async function openDuckDbStore(schemas: readonly DatasetSchema[], settings: DuckDbSettings): Promise<DuckDbStore> {
  const folder = resolve(settings.folder);
  if (openFolders.has(folder)) throw new StoreUnavailable(`The store in ${folder} is already open in this process`);
  openFolders.add(folder);
  try {
    await mkdir(folder, { recursive: true });
    const catalogue = new Catalogue(schemas);
    const tables = new Tables(catalogue);
    const database = await Database.open({ ...settings, folder });
    const segments = await Segments.open(database, { ...settings, folder }, tables);
    const spool = await Spool.open(join(folder, 'spool'));
    const rejects = new Rejects(folder, catalogue);
    const writer = new DuckDbWriter(
      folder,
      spool,
      new Loader(database, segments, tables, rejects),
      segments,
      rejects,
      new Tidier(database, segments, tables),
    );
    await writer.flush();
    const reader = new DuckDbReader(database, segments, tables, spool);
    const close = async (): Promise<void> => {
      await writer.close();
      await segments.close();
      database.close();
      openFolders.delete(folder);
    };
    return { reader, writer, tidy: () => writer.tidy(), close };
  } catch (error) {
    openFolders.delete(folder);
    throw unavailable(folder, error);
  }
}
