import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';

/** For a process to come up or to say something, in milliseconds: a busy machine is slow to start processes. */
export const patience = 120_000;
const pollMs = 100;

/** A program in a process of its own, and what it writes. */
export class Child {
  readonly name: string;
  /** Standard output and standard error, as they came. */
  output = '';
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;

  constructor(name: string, command: readonly [string, ...string[]], env: NodeJS.ProcessEnv = process.env) {
    const [program, ...args] = command;
    this.name = name;
    this.#process = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#process.stdout!, this.#process.stderr!])
      stream.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    this.#ended = once(this.#process, 'close');
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get isRunning(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** What it wrote that fits; rejects with all of it when it ends before, or takes too long. */
  says(pattern: RegExp): Promise<RegExpExecArray> {
    return this.until(`said ${pattern}`, () => pattern.exec(this.output) ?? undefined);
  }

  /** Asks again and again until there is an answer; rejects with its output if it ends before that, or takes too long. */
  async until<T>(what: string, ask: () => T | undefined | Promise<T | undefined>): Promise<T> {
    for (const end = Date.now() + patience; ; await wait(pollMs)) {
      const answer = await ask();
      if (answer !== undefined) return answer;
      if (!this.isRunning) throw new Error(`${this.name} ended with ${this.#process.exitCode} and has not ${what}:\n${this.output}`);
      if (Date.now() > end) throw new Error(`${this.name} has not ${what} for ${patience / 1000} s:\n${this.output}`);
    }
  }

  /** Resolves once it has ended by itself: to its exit status, null if a signal ended it. */
  async ended(): Promise<number | null> {
    await this.#ended;
    return this.#process.exitCode;
  }

  /** Tells it to end (SIGKILL: without a word), and resolves as `ended`. */
  end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.isRunning) this.#process.kill(signal);
    return this.ended();
  }
}
