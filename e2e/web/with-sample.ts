import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from 'vitest';
import { launchBrowser, type Visit } from './browser.ts';
import type { Server } from './server.ts';
import { signedInWithSample } from './signed-in.ts';

/** Someone who is signed in at a server that has read the sample. Each test has a page of its own, as another tab would be. */
export interface Here {
  readonly server: Server;
  readonly context: BrowserContext;
  /** What the browser complained about and the test has not taken out: none may be left at its end. */
  readonly complaints: string[];
  /** One more page. */
  newPage(): Promise<Page>;
  /** Goes to a path and waits for records. */
  open(path: string): Promise<void>;
  /** Of the table of records. */
  rows(of?: Page): Locator;
  /** The record that is opened beside the table. */
  record(): Locator;
}

/** Sets a file of tests up: one server and one browser for all of them. `onPage` gets the page of each test. */
export function withSample(onPage: (page: Page) => void): Here {
  // A browser on a busy machine takes its time; each step has its own bound.
  vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 });
  let browser: Browser | undefined;
  let server: Server | undefined;
  let visit: Visit;
  let page: Page;

  beforeAll(async () => {
    browser = await launchBrowser();
    ({ server, here: visit } = await signedInWithSample(browser));
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });
  beforeEach(async () => {
    page = await visit.open();
    onPage(page);
  });
  afterEach(async () => {
    await page.close();
    expect([...visit.complaints.splice(0), ...server!.log()]).toEqual([]);
  });

  const rows = (of = page) => of.locator('[role=row][data-row]');
  return {
    get server() {
      return server!;
    },
    get context() {
      return visit.context;
    },
    get complaints() {
      return visit.complaints;
    },
    newPage: () => visit.open(),
    open: async (path) => {
      await page.goto(`${server!.url}${path}`);
      await rows().first().waitFor();
    },
    rows,
    record: () => page.getByRole('region', { name: 'Record' }),
  };
}
