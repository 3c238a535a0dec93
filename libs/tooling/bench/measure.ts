import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { secondsOfChildren } from './processor-time.ts';

/** One run of a program. */
export interface Measured {
  /** Seconds of processor time, the system's included; from start to exit where the system has no /proc. */
  readonly seconds: number;
  /** Seconds on the clock, from start to exit. */
  readonly elapsed: number;
  /** Greatest resident memory in MiB; undefined where the system has no /proc. */
  readonly peakMiB: number | undefined;
  readonly code: number;
  /** The end of standard error, for messages and summaries. */
  readonly stderr: string;
}

export interface MeasureOptions {
  /** Where its working folder is made. */
  readonly folder: string;
  /** Keeps the program on the first so many cores, with `taskset`; else it may use all. */
  readonly cores?: number;
}

/**
 * Runs a program with its standard output thrown away, in a folder of its own that is removed with whatever it wrote there. One at a time: the processor
 * time is that of all children.
 */
export function measure(command: string, args: readonly string[], { folder, cores }: MeasureOptions): Promise<Measured> {
  const [program, programArgs] = cores === undefined ? [command, args] : ['taskset', ['-c', `0-${cores - 1}`, command, ...args]];
  const cwd = mkdtempSync(join(folder, 'run-'));
  return new Promise<Measured>((resolve, reject) => {
    const started = secondsNow();
    const startedAt = performance.now();
    const child = spawn(program, programArgs, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    let peakMiB: number | undefined;
    const look = setInterval(() => (peakMiB = peakOf(child.pid) ?? peakMiB), 50);
    child.stderr.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-65_536)));
    child.on('error', (error) => {
      clearInterval(look);
      reject(error);
    });
    child.on('close', (code) => {
      clearInterval(look);
      const elapsed = (performance.now() - startedAt) / 1000;
      resolve({ seconds: secondsNow() - started, elapsed, peakMiB, code: code ?? -1, stderr });
    });
  }).finally(() => rmSync(cwd, { recursive: true }));
}

function secondsNow(): number {
  return secondsOfChildren() ?? performance.now() / 1000;
}

/** The high-water mark of a process's resident memory (proc(5), VmHWM). */
function peakOf(pid: number | undefined): number | undefined {
  try {
    const kib = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1];
    return kib === undefined ? undefined : Math.round(Number(kib) / 1024);
  } catch {
    return undefined;
  }
}
