import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Puts new content in place of a file: after a crash there is the old one or the new one, whole. */
export async function replaceFile(path: string, content: string): Promise<void> {
  const draft = `${path}.new`;
  const file = await open(draft, 'w');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  await syncFolder(dirname(path));
}

/** Makes files that were made in, renamed in or deleted from a folder stay so. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
