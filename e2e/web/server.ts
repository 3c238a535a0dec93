import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { startCluster as startOnServers } from '@orbweaver/testing/cluster/cluster.ts';
import { Child } from '@orbweaver/testing/processes/child.ts';
import { built } from '@orbweaver/testing/processes/service.ts';
import type { Service } from '@orbweaver/testing/stack/stack.ts';

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
const main = join(built, 'standalone/main.js');
const username = 'admin';
const password = 'correct horse battery staple';

/** A capture of our own making: a small shop, its clients and their name server. */
export const sampleCapture = join(repository, 'libs/testing/captures/sample/shop.pcapng.gz');

/** Which size of the product is tested: everything in one process, or each part a process of its own with real servers between them. */
const isCluster = process.env['ORBWEAVER_SIZE'] === 'cluster';

/** With nothing stored but what is read from the captures named. */
export async function startServer(captures: readonly string[] = []): Promise<Server> {
  const running = await (isCluster ? startCluster(captures) : startStandalone(captures));
  const { link } = running;
  let isLinkUsed = false;
  return {
    url: link.origin,
    log: running.log,
    stop: running.stop,
    async signIn(page) {
      await (isLinkUsed ? signInByPassword(page, link.origin) : signInByLink(page, link.href));
      isLinkUsed = true;
      await page.getByRole('banner').waitFor();
    },
  };
}

interface Running extends Pick<Server, 'log' | 'stop'> {
  /** The link that signs in. */
  readonly link: URL;
}

async function startStandalone(captures: readonly string[]): Promise<Running> {
  if (!existsSync(main)) throw new Error(`${main} is missing: run npm run build`);
  const data = await mkdtemp(join(tmpdir(), 'orbweaver-e2e-'));
  const settings = ['--port', '0', '--data', data, '--log-level', 'warn', '--no-sample', ...captures];
  const child = new Child('the server', [process.execPath, main, ...settings], { PATH: process.env['PATH'] });
  const [link] = await child.says(/http:\S+\/sign-in\/link#token=\S+/);
  let read = child.output.length;
  return {
    link: new URL(link),
    log: () => {
      const lines = child.output
        .slice(read)
        .split('\n')
        .filter((line) => line.startsWith('{'));
      read = child.output.length;
      return lines;
    },
    stop: async () => {
      await child.end();
      await rm(data, { recursive: true, force: true });
    },
  };
}

/**
 * With indices and users of its own, on servers that other files' clusters had before: those of this run, or those of `npm run stack` whose environment the run was given.
 */
async function startCluster(captures: readonly string[]): Promise<Running> {
  const { ownPrefix, sharedServer } = await import('@orbweaver/testing/stack/shared.ts');
  const { addressesOf, settingsFor, variables } = await import('@orbweaver/testing/stack/stack.ts');
  const server = async (service: Service) => {
    const address = process.env[variables[service]];
    return address === undefined ? sharedServer(service) : { address };
  };
  const settings = settingsFor(await addressesOf({ server }));
  const folder = await mkdtemp(join(tmpdir(), 'orbweaver-e2e-'));
  const cluster = await startOnServers({ folder, settings, captures, indexPrefix: `${ownPrefix()}orbweaver` });
  return {
    link: new URL(cluster.signInLink),
    // Of those that answer the browser. The others tell of a Kafka that is slow to answer, and go on.
    log: () => cluster.log('control-api', 'search-api', 'nginx'),
    stop: async () => {
      await cluster.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
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
