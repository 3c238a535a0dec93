import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

/** Where Debian puts it; `CHROMIUM` names another one. */
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

export interface Visit {
  /** The first page. */
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the browser complained about since the visit began: errors of scripts, blocked content, failed requests. */
  readonly complaints: string[];
  /** One more page of the same visit. */
  open(): Promise<Page>;
}

/** A fresh profile, as of someone who was never here. */
export async function visit(browser: Browser, colorScheme: 'dark' | 'light' = 'dark'): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme, timezoneId: 'UTC' });
  const complaints: string[] = [];
  const open = async (): Promise<Page> => {
    const page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(`${message.text()} ${message.location().url}`);
    });
    return page;
  };
  return { page: await open(), context, complaints, open };
}
