import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Page } from 'playwright-core';

/** The product as a user has it: the built server in a process of its own, on a free port, with an empty data folder. */
export interface Server {
  readonly url: string;
  /** What it wrote to its log since last asked: at its level, warnings and errors. */
  log(): string[];
  /** Signs in as the administrator: with the one-time link the first time, then with the password that was set there. */
  signIn(page: Page): Promise<void>;
  stop(): Promise<void>;
}

const repository = join(import.meta.dirname, '../..');
const main = join(repository, 'dist/standalone/main.js');
const username = 'admin';
const password = 'correct horse battery staple';
/** For the process to come up, in milliseconds. */
const startDeadline = 60_000;

/** A capture of our own making: a small shop, its clients and their name server. */
export const sampleCapture = join(repository, 'libs/testing/captures/sample/shop.pcapng.gz');

/** With nothing stored but what is read from the captures named. */
export async function startServer(captures: readonly string[] = []): Promise<Server> {
  if (!existsSync(main)) throw new Error(`${main} is missing: run npm run build`);
  const data = await mkdtemp(join(tmpdir(), 'orbweaver-e2e-'));
  const settings = ['--port', '0', '--data', data, '--log-level', 'warn', '--no-sample', ...captures];
  const child = spawn(process.execPath, [main, ...settings], { cwd: repository, stdio: 'pipe' });
  const logged: string[] = [];
  createInterface(child.stderr).on('line', (line) => logged.push(line));
  const link = await signInLink(child);
  let linkUsed = false;

  return {
    url: link.origin,
    log: () => logged.splice(0),
    async signIn(page) {
      await (linkUsed ? signInByPassword(page, link.origin) : signInByLink(page, link.href));
      linkUsed = true;
      await page.getByRole('banner').waitFor();
    },
    async stop() {
      const ended = once(child, 'exit');
      if (child.exitCode === null && child.kill('SIGTERM')) await ended;
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** The link that the server prints when it is up. */
async function signInLink(child: ChildProcess): Promise<URL> {
  let printed = '';
  const signal = AbortSignal.timeout(startDeadline);
  const ended = once(child, 'exit', { signal }).then(() => {
    throw new Error(`the server ended before it was up; it printed: ${printed}`);
  });
  const found = new Promise<URL>((resolve) => {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      const link = /http:\S+\/sign-in\/link#token=\S+/.exec(printed)?.[0];
      if (link !== undefined) resolve(new URL(link));
    });
  });
  ended.catch(() => undefined);
  return Promise.race([found, ended]);
}

async function signInByLink(page: Page, link: string): Promise<void> {
  await page.goto(link);
  const fields = page.locator('input[autocomplete=new-password]');
  await fields.first().fill(password);
  await fields.last().fill(password);
  await page.getByRole('button', { name: 'Set password' }).click();
}

async function signInByPassword(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/sign-in`);
  await page.getByLabel('User name').fill(username);
  await page.locator('input[autocomplete=current-password]').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}
