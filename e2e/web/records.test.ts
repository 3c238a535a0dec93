import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { withSample } from './with-sample.ts';

const codingsCapture = join(import.meta.dirname, '../../libs/protocols/http/fixtures/curl-codings.pcap');

let page: Page;
const here = withSample((opened) => (page = opened));
const { open, rows, record } = here;

beforeAll(() => here.context.grantPermissions(['clipboard-read', 'clipboard-write']));

const found = async () => Number((await page.getByText(/^[\d,.\s]+ found/).innerText()).split('found')[0]!.replace(/\D/g, ''));

/** Lines of what the menu of exports saves. */
async function saved(format: RegExp): Promise<string[]> {
  await page.getByRole('button', { name: 'Export' }).click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: format }).click()]);
  return (await readFile(await download.path(), 'utf8')).trimEnd().split(/\r?\n/);
}

describe('many records', () => {
  test('more_than_a_thousand_rows_are_walked_to_the_last_one_few_of_them_drawn_and_all_of_them_saved', async () => {
    await open('/explore');
    const count = await found();
    expect(count).toBeGreaterThan(1000);
    await page.keyboard.press('t');
    const last = page.locator(`[role=row][data-row="${count - 1}"]`);
    const end = async () => {
      await page.keyboard.press('End');
      return last.count();
    };
    await expect.poll(end, { timeout: 60_000 }).toBe(1);
    expect(await rows().count()).toBeLessThan(200);
    const ids = (await saved(/^NDJSON/)).map((line) => (JSON.parse(line) as Record<string, unknown>)['event.id']);
    expect(new Set(ids).size).toBe(count);
  });
});

describe('taking things along', () => {
  test('what_is_found_is_saved_whole_or_as_a_table', async () => {
    await open('/explore?dataset=tls');
    const whole = (await saved(/^NDJSON/)).map((line) => JSON.parse(line) as Record<string, unknown>);
    const count = await found();
    expect(whole.length).toBe(count);
    expect(whole.every((entry) => entry['event.dataset'] === 'tls' && entry['flow.id'] !== undefined)).toBe(true);
    const table = await saved(/^CSV/);
    expect(table.length).toBe(count + 1);
    expect(table[0]).toMatch(/^@timestamp,/);
  });

  test('a_value_is_copied_as_a_filter_from_its_cell', async () => {
    await open('/explore?dataset=http');
    await rows().first().locator('[data-field="url.domain"]').hover();
    await page.getByRole('button', { name: /^Copy as a filter/ }).click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText()), { timeout: 30_000 }).toMatch(/^url\.domain: \S+/);
    expect(new URL(page.url()).searchParams.has('record')).toBe(false);
  });
});

describe('a record', () => {
  test('shows_a_compressed_body_decoded_and_as_it_was_sent', async () => {
    await open('/explore?dataset=http&q=http.response.headers.content-encoding: gzip');
    await rows().first().click();
    const body = record().locator('pre').filter({ hasText: '<!doctype html>' });
    await body.waitFor();
    await record().getByText('As sent').click();
    await record().getByLabel('Bytes in hex').filter({ hasText: '1f 8b' }).waitFor();
  });

  test('shows_a_body_of_any_coding_that_browsers_ask_for', async () => {
    await page.goto(`${here.server.url}/captures`);
    await page.locator('input[type=file]').setInputFiles(codingsCapture);
    await page
      .getByRole('row', { name: /curl-codings/ })
      .getByText('Analysed', { exact: true })
      .waitFor();
    for (const coding of ['br', 'zstd', 'deflate']) {
      await open(`/explore?dataset=http&q=log.file.path: curl-codings.pcap and http.response.headers.content-encoding: ${coding}`);
      await rows().first().click();
      await record().locator('pre').filter({ hasText: '<p>Warp and weft.</p>' }).waitFor();
    }
  });

  test('keeps_its_width_and_when_pinned_its_place', async () => {
    await open('/explore?dataset=http');
    await rows().first().click();
    await record().getByRole('tab', { name: 'Overview' }).waitFor();
    const width = async () => (await record().boundingBox())!.width;
    const before = (await record().boundingBox())!;
    await page.mouse.move(before.x - 0.5, before.y + 300);
    await page.mouse.down();
    await page.mouse.move(before.x - 100, before.y + 300, { steps: 5 });
    await page.mouse.up();
    await expect.poll(async () => (await width()) - before.width, { timeout: 30_000 }).toBeGreaterThan(80);
    const wide = await width();
    await page.reload();
    await record().getByRole('tab', { name: 'Overview' }).waitFor();
    expect(Math.abs((await width()) - wide)).toBeLessThan(2);
    await record().getByRole('button', { name: 'Pin' }).click();
    await page.waitForURL(/pinned=/);
    const shown = new URL(page.url()).searchParams.get('record');
    await page.keyboard.press('t');
    await page.keyboard.press('ArrowDown');
    await page.locator('[data-row="1"][data-active]').waitFor();
    expect(new URL(page.url()).searchParams.get('record')).toBe(shown);
  });

  test('covers_the_table_where_there_is_no_room_for_both', async () => {
    // A usual window at twice the size.
    await page.setViewportSize({ width: 720, height: 450 });
    await open('/explore?dataset=http');
    await rows().first().click();
    await record().getByRole('tab', { name: 'Overview' }).waitFor();
    expect((await record().boundingBox())!.width).toBe(720);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(720);
    await page.keyboard.press('Escape');
    await record().waitFor({ state: 'detached' });
    await rows().first().waitFor();
  });
});
