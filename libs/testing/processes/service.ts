import { join } from 'node:path';
import { freePort } from '../stack/ports.ts';
import { Child } from './child.ts';

const repository = join(import.meta.dirname, '../../..');
/** Where the built services are; `ORBWEAVER_BUILT` names another folder. */
export const built = process.env['ORBWEAVER_BUILT'] ?? join(repository, 'dist');

/** What a service says of itself at `/health/ready`. */
export interface Readiness {
  readonly isReady: boolean;
  readonly status: string;
  /** By name: `ok`, or what is wrong. */
  readonly checks: Readonly<Record<string, string>>;
}

/** One built service of the cluster as a process of its own. */
export class Service extends Child {
  readonly #operations: string;

  /** `settings` by their names, as the environment gives them: `ORBWEAVER_` is put before. */
  constructor(name: string, operationsPort: number, settings: Readonly<Record<string, string>>, args: readonly string[] = []) {
    const own = { LOG_LEVEL: 'info', ...settings, OPERATIONS_PORT: String(operationsPort) };
    const env = Object.fromEntries(Object.entries(own).map(([key, value]) => [`ORBWEAVER_${key}`, value]));
    super(name, [process.execPath, join(built, name, 'main.js'), ...args], { PATH: process.env['PATH'], ...env });
    this.#operations = `http://127.0.0.1:${operationsPort}`;
  }

  /** Resolves once it says that it is ready. */
  async ready(): Promise<void> {
    let last: Readiness | undefined;
    await this.until('become ready', async () => ((last = await this.readiness())?.isReady ? true : undefined)).catch((error: Error) => {
      throw new Error(`${error.message}\n${JSON.stringify(last)}`, { cause: error });
    });
  }

  /** Undefined while it does not answer. */
  async readiness(): Promise<Readiness | undefined> {
    const answer = await fetch(`${this.#operations}/health/ready`).catch(() => undefined);
    return answer && { isReady: answer.ok, ...((await answer.json()) as Omit<Readiness, 'isReady'>) };
  }

  async metrics(): Promise<string> {
    return (await fetch(`${this.#operations}/metrics`)).text();
  }

  /** The sum of a metric over its labels; NaN while it is not there. */
  async metric(name: string): Promise<number> {
    const values = [...(await this.metrics()).matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, 'gm'))];
    return values.length === 0 ? NaN : values.reduce((sum, [, value]) => sum + Number(value), 0);
  }
}

/** Starts a service whose health and metrics are at a free port. */
export async function startService(
  name: string,
  settings: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<Service> {
  return new Service(name, await freePort(), settings, args);
}
