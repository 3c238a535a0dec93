import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { graveFaults } from './accessibility.ts';
import { launchBrowser, visit } from './browser.ts';
import { sampleCapture, type Server, startServer } from './server.ts';

// A browser on a busy machine takes its time; each step has its own bound.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 300_000 });

let browser: Browser;
let server: Server;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchBrowser(), startServer()]);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

test('a_user_signs_in_brings_a_capture_in_filters_opens_a_record_and_finds_it_again', async () => {
  const { page, context, complaints } = await visit(browser);
  const record = page.getByRole('region', { name: 'Record' });

  await server.signIn(page);
  await page.getByText('Nothing has been recorded yet').waitFor();
  expect(await graveFaults(page), 'an empty store').toEqual([]);

  await page.getByRole('link', { name: 'Add a capture' }).click();
  await dropFile(page, sampleCapture);
  const row = page.getByRole('row', { name: /shop\.pcapng/ });
  await row.getByText('Analysed', { exact: true }).waitFor();

  await row.getByRole('link', { name: 'Explore' }).click();
  await page.getByRole('button', { name: 'HTTP', exact: true }).click();
  await page.getByRole('region', { name: 'Method' }).getByRole('button', { name: 'POST', exact: true }).click();
  await page.waitForURL(/POST/);
  // Until the answer is there, the rows of the question before stand in its place.
  await page.locator('[role=row][data-row="0"]', { hasText: 'POST' }).click();
  const summary = record.getByText(/^POST/).first();
  await summary.waitFor();
  await record.getByRole('heading', { name: 'Request', exact: true }).waitFor();
  // The flow's own time comes with a second answer.
  await record.getByText('the start of its flow').waitFor();
  const seen = await record.innerText();

  await page.reload();
  await summary.waitFor();
  await expect.poll(() => record.innerText(), { timeout: 30_000 }).toBe(seen);

  await page.goto(`${server.url}/captures`);
  await row.getByRole('button', { name: /^More/ }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('No captures yet').waitFor();
  expect([...complaints, ...server.log()]).toEqual([]);
  await context.close();
});

test('signing_out_leads_back_to_the_same_place_after_signing_in', async () => {
  const { page, context, complaints } = await visit(browser, 'light');
  await server.signIn(page);
  await page.goto(`${server.url}/settings`);
  await page.getByRole('button', { name: /^Account/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByLabel('User name').waitFor();
  expect(await graveFaults(page), 'the sign-in').toEqual([]);
  expect(new URL(page.url()).searchParams.get('to')).toBe('/settings');
  expect([...complaints, ...server.log()]).toEqual([]);
  await context.close();
});

test('what_is_not_a_capture_is_refused_with_a_reason', async () => {
  const { page, context } = await visit(browser);
  await server.signIn(page);
  await page.goto(`${server.url}/captures`);
  await page.locator('input[type=file]').setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('only words') });
  const refusal = page.getByRole('alert');
  await refusal.waitFor();
  expect(await refusal.innerText()).toMatch(/notes\.txt[\s\S]*not a capture/i);
  await context.close();
});

test('pages_come_with_headers_that_let_nothing_foreign_in_and_every_path_of_theirs_is_the_page', async () => {
  const page = await fetch(`${server.url}/explore?dataset=http`);
  expect(page.status).toBe(200);
  const html = await page.text();
  const nonce = /nonce="([^"]{22,})"/.exec(html)?.[1] ?? '';
  expect(Object.fromEntries([...page.headers].filter(([name]) => name in pageHeaders))).toEqual({
    ...pageHeaders,
    'content-security-policy': pageHeaders['content-security-policy'].replace('NONCE', nonce),
  });
  expect(await (await fetch(`${server.url}/explore`)).text()).not.toContain(nonce);
  const script = await fetch(`${server.url}${/src="(\/assets\/[^"]+\.js)"/.exec(html)?.[1]}`);
  expect(script.headers.get('content-type')).toMatch(/^text\/javascript/);
  expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(script.headers.get('x-content-type-options')).toBe('nosniff');
  expect((await fetch(`${server.url}/nothing.js`)).status).toBe(404);
  for (const path of ['nothing', 'captures', 'search'])
    expect((await fetch(`${server.url}/api/v1/${path}`)).headers.get('content-type'), path).toMatch(/^application\/problem\+json/);
});

const pageHeaders = {
  'cache-control': 'no-cache',
  'content-security-policy':
    "default-src 'none';script-src 'self';style-src 'self' 'nonce-NONCE';img-src 'self' data: blob:;font-src 'self';connect-src 'self';worker-src 'self' blob:;manifest-src 'self';form-action 'self';base-uri 'none';object-src 'none';frame-ancestors 'none'",
  'content-type': 'text/html; charset=utf-8',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'SAMEORIGIN',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0',
} as const;

/** Drops a file where captures are taken, as the pointer would. */
async function dropFile(page: Page, path: string): Promise<void> {
  const file = { name: basename(path), base64: await readFile(path, 'base64') };
  const dataTransfer = await page.evaluateHandle(({ name, base64 }) => {
    const bytes = Uint8Array.from(atob(base64), (mark) => mark.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], name));
    return transfer;
  }, file);
  const area = page.getByLabel('Add captures');
  await area.waitFor();
  for (const event of ['dragenter', 'dragover', 'drop']) await area.dispatchEvent(event, { dataTransfer });
}
