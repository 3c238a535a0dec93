import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Cleans up when the process that started the servers is gone, however it went: a small process of its own that holds the other end of a pipe. When the
 * pipe closes it kills the servers that were not said to be gone, and deletes their folder.
 */
export interface Keeper {
  started(pid: number): void;
  gone(pid: number): void;
  /** Kills what still runs, deletes the folder. Resolves when that is done. */
  close(): Promise<void>;
}

export function startKeeper(folder: string): Keeper {
  // Detached: a Ctrl-C in the terminal goes to the whole group, and it has to outlive that.
  const child: ChildProcess = spawn(process.execPath, [fileURLToPath(import.meta.url), folder], {
    stdio: ['pipe', 'ignore', 'inherit'],
    detached: true,
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.stdin!.on('error', () => undefined);
  child.unref();
  return {
    started: (pid) => void child.stdin!.write(`+${pid}\n`),
    gone: (pid) => void child.stdin!.write(`-${pid}\n`),
    close: async () => {
      child.ref();
      child.stdin!.end();
      await ended;
    },
  };
}

/** What the process does. */
function keep(folder: string): void {
  const running = new Set<number>();
  let text = '';
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (chunk: string) => {
    const lines = `${text}${chunk}`.split('\n');
    text = lines.pop()!;
    for (const line of lines) {
      if (line.startsWith('+')) running.add(Number(line.slice(1)));
      else running.delete(Number(line.slice(1)));
    }
  });
  process.stdin.on('end', () => {
    for (const pid of running) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) keep(process.argv[2]!);
