import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Another process uses the folder. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';
}

/**
 * Takes a folder for this process. The lock is one of the operating system, through SQLite: it ends with the process however that ends, so there is no
 * stale one to clean up. Returns what lets go of it.
 */
export function lockFolder(folder: string): () => void {
  const database = new DatabaseSync(join(folder, 'lock.sqlite'), { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    throw new FolderInUse(`${folder} is in use by another Orbweaver; stop that one, or name another folder with --data`, { cause });
  }
  return () => {
    database.close();
  };
}
