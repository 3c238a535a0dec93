import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { Keeper } from './keeper.ts';

export interface ServerPlan {
  /** For messages: `Kafka`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** What it prints goes there. */
  readonly log: string;
  /** Whether it answers. Asked again and again; a rejection is a no. */
  ready(): Promise<boolean>;
}

/** A server as a process of its own. Stopped or killed, it starts again on the same port with the same data. */
export interface Server {
  readonly name: string;
  readonly pid: number | undefined;
  /** Resolves when it answers. */
  start(): Promise<void>;
  /** SIGTERM, and SIGKILL if that does not help in time. */
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Holds it where it is (SIGSTOP): connections stay open and nothing answers. */
  freeze(): void;
  thaw(): void;
}

const startDeadlineMs = 240_000;
const stopDeadlineMs = 30_000;
const pollMs = 100;
const shownLogLines = 20;

export function createServer(plan: ServerPlan, keeper: Keeper): Server {
  let child: ChildProcess | undefined;
  let ended: Promise<void> = Promise.resolve();

  const end = async (signal: NodeJS.Signals) => {
    if (child === undefined) return;
    child.kill(signal);
    const deadline = setTimeout(() => child?.kill('SIGKILL'), stopDeadlineMs);
    await ended;
    clearTimeout(deadline);
  };

  return {
    name: plan.name,
    get pid() {
      return child?.pid;
    },
    start: async () => {
      if (child !== undefined) return;
      const log = openSync(plan.log, 'a');
      // Detached: a Ctrl-C in the terminal is for us; we decide in which order the servers go.
      const started = spawn(plan.command, plan.args, { stdio: ['ignore', log, log], detached: true });
      closeSync(log);
      child = started;
      let problem: string | undefined;
      ended = new Promise((resolve) => {
        const over = (what: string) => {
          problem = what;
          child = undefined;
          if (started.pid !== undefined) keeper.gone(started.pid);
          resolve();
        };
        started.once('error', (error) => over(error.message));
        started.once('exit', (code, signal) => over(`it ended with ${signal ?? `status ${code}`}`));
      });
      if (started.pid !== undefined) keeper.started(started.pid);
      started.unref();
      const deadline = Date.now() + startDeadlineMs;
      while (!(await plan.ready().catch(() => false))) {
        if (problem === undefined && Date.now() > deadline) {
          await end('SIGKILL');
          problem = `it did not answer within ${startDeadlineMs / 1000} s`;
        }
        if (problem !== undefined) throw new Error(`${plan.name} does not start: ${problem}\n${lastLines(plan.log)}`);
        await wait(pollMs);
      }
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
  };
}

function lastLines(log: string): string {
  return readFileSync(log, 'utf8').trimEnd().split('\n').slice(-shownLogLines).join('\n');
}
