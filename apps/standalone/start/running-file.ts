import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What programs of the same person need to talk to a running server. */
export interface Running {
  readonly url: string;
  readonly pid: number;
  /** Good for some minutes; the file has a new one before that. */
  readonly access_token: string;
}

export const runningFileName = 'running.json';

/** Milliseconds between two tokens: well within the life of one. */
const renewal = 4 * 60e3;

/** Keeps `running.json` in the data folder, readable by its owner only, until it is told to stop. */
export async function keepRunningFile(folder: string, url: string, token: () => Promise<string>): Promise<() => void> {
  const file = join(folder, runningFileName);
  const write = async () => {
    const running: Running = { url, pid: process.pid, access_token: await token() };
    writeFileSync(`${file}.new`, `${JSON.stringify(running)}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  await write();
  const timer = setInterval(() => void write().catch(() => undefined), renewal).unref();
  return () => {
    clearInterval(timer);
    rmSync(file, { force: true });
  };
}
