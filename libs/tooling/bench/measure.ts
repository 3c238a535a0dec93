import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** One run of a program. */
export interface Measured {
  /** Seconds from start to exit. */
  readonly seconds: number;
  /** Greatest resident memory in MiB; undefined where the system has no /proc. */
  readonly peakMiB: number | undefined;
  readonly code: number;
  /** The end of standard error, for messages and summaries. */
  readonly stderr: string;
}

export interface MeasureOptions {
  /** Keeps the program on one core, where `taskset` is there. */
  readonly oneCore?: boolean;
}

/** Runs a program with its standard output thrown away. */
export function measure(command: string, args: readonly string[], { oneCore = false }: MeasureOptions = {}): Promise<Measured> {
  const [program, programArgs] = oneCore ? ['taskset', ['-c', '0', command, ...args]] : [command, args];
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(program, programArgs, { stdio: ['ignore', 'ignore', 'pipe'] });
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
      resolve({ seconds: (performance.now() - started) / 1000, peakMiB, code: code ?? -1, stderr });
    });
  });
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

/** The median of an odd number of runs by time. */
export async function median(runs: number, once: () => Promise<Measured>): Promise<Measured> {
  const all: Measured[] = [];
  for (let i = 0; i < runs; i += 1) all.push(await once());
  return all.sort((a, b) => a.seconds - b.seconds)[runs >> 1]!;
}
