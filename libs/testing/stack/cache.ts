import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Where downloads stay: `ORBWEAVER_STACK_CACHE`, else below the user's cache folder. May be deleted at any time that no stack runs. */
export function cacheFolder(): string {
  const { ORBWEAVER_STACK_CACHE: own, XDG_CACHE_HOME: caches } = process.env;
  return own ?? join(caches || join(homedir(), '.cache'), 'orbweaver', 'stack');
}

/**
 * The folder `name` of the cache; where it isn't there, `fill` makes it. It appears whole or not at all, also when several processes make it at once.
 */
export async function cached(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheFolder(), name);
  if (existsSync(folder)) return folder;
  await mkdir(dirname(folder), { recursive: true });
  const making = await mkdtemp(`${folder}.`);
  try {
    await fill(making);
    await rename(making, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  return folder;
}
