import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { graveFaults } from './accessibility.ts';
import { withSample } from './with-sample.ts';

let page: Page;
const here = withSample((opened) => (page = opened));
const { open, rows, record } = here;
const query = () => page.getByRole('textbox', { name: 'Query' });

async function ask(text: string): Promise<void> {
  await page.keyboard.press('/');
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}

describe('Explore', () => {
  test('records_of_every_kind_are_shown_at_once', async () => {
    await open('/explore');
    const kinds = await page.getByRole('region', { name: 'Dataset' }).getByRole('listitem').allInnerTexts();
    expect(kinds.map((text) => text.split('\n')[0]).sort()).toEqual(['dns', 'flow', 'http', 'icmp', 'tls']);
  });

  test('a_query_narrows_what_is_found_and_stands_in_the_url', async () => {
    await open('/explore?dataset=http');
    await ask('http.response.status_code >= 400');
    await page.waitForURL(/q=http\.response\.status_code/);
    await page.getByRole('list', { name: 'Filters' }).waitFor();
    const statuses = async () => {
      const texts = await page.getByRole('region', { name: 'Status' }).getByRole('listitem').allInnerTexts();
      return texts.map((text) => Math.floor(Number.parseInt(text, 10) / 100));
    };
    await expect.poll(async () => [...new Set(await statuses())].sort(), { timeout: 30_000 }).toEqual([4, 5]);
  });

  test('a_query_that_is_not_understood_says_what_was_expected_and_asks_nothing', async () => {
    await open('/explore?dataset=http');
    const url = page.url();
    await ask('http.response.status_code >=');
    const fault = page.getByRole('alert');
    await fault.waitFor();
    expect(await fault.innerText()).toMatch(/expected/i);
    expect(page.url()).toBe(url);
  });

  test('a_value_of_a_facet_becomes_a_filter_and_goes_again_with_its_chip', async () => {
    await open('/explore?dataset=http');
    await page.getByRole('region', { name: 'Method' }).getByRole('button', { name: 'GET', exact: true }).click();
    const chips = page.getByRole('list', { name: 'Filters' });
    await chips.waitFor();
    expect(await query().innerText()).toBe('http.request.method: GET');
    await chips.getByRole('button', { name: /^Remove/ }).click();
    await chips.waitFor({ state: 'detached' });
    expect(new URL(page.url()).searchParams.has('q')).toBe(false);
  });

  test('a_record_is_opened_walked_from_and_closed_by_keyboard', async () => {
    await open('/explore?dataset=dns');
    await page.keyboard.press('t');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await record().getByRole('tab', { name: 'Overview' }).waitFor();
    const first = new URL(page.url()).searchParams.get('record');
    expect(first).toMatch(/^dns:/);
    await page.keyboard.press(']');
    await page.waitForFunction((before) => new URL(location.href).searchParams.get('record') !== before, first);
    await page.keyboard.press('[');
    await page.waitForFunction((before) => new URL(location.href).searchParams.get('record') === before, first);
    await page.keyboard.press('Escape');
    await record().waitFor({ state: 'detached' });
  });

  test('a_url_shows_the_same_to_whoever_opens_it', async () => {
    await open('/explore?dataset=http');
    await page.getByRole('columnheader', { name: 'Status' }).getByRole('button', { name: 'Status', exact: true }).click();
    await page.waitForURL(/sort=/);
    await rows().nth(1).click();
    await record().getByRole('tab', { name: 'Overview' }).click();
    await record().getByRole('tab', { name: 'JSON' }).click();
    const json = record().getByRole('tabpanel').locator('pre');
    await json.waitFor();
    const before = { json: await json.innerText(), row: await rows().nth(1).innerText() };
    await page.reload();
    await json.waitFor();
    await rows().nth(1).waitFor();
    expect({ json: await json.innerText(), row: await rows().nth(1).innerText() }).toEqual(before);
  });

  test('the_flow_of_a_record_lists_everything_said_in_it', async () => {
    await open('/explore?dataset=http');
    await rows().first().click();
    await record().getByRole('tab', { name: 'Flow' }).click();
    await record().getByRole('heading', { name: 'In this flow' }).waitFor();
    await record().locator('[aria-current=true]').waitFor();
  });

  test('dragging_over_the_timeline_narrows_the_time', async () => {
    await open('/explore');
    const plot = page.locator('.u-over');
    await plot.waitFor();
    const box = (await plot.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.25, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.75, box.y + 20, { steps: 5 });
    await page.mouse.up();
    await page.waitForURL(/from=.*to=/);
    await page.goBack();
    await page.waitForURL((url) => !url.searchParams.has('from'));
  });

  test('the_edge_of_a_column_resizes_it_and_its_header_moves', async () => {
    await open('/explore?dataset=http');
    const host = page.getByRole('columnheader', { name: /Host/ });
    const before = (await host.boundingBox())!;
    const edge = { x: before.x + before.width, y: before.y + before.height / 2 };
    await page.mouse.move(edge.x, edge.y);
    await page.mouse.down();
    await page.mouse.move(edge.x + 60, edge.y, { steps: 5 });
    await page.mouse.up();
    await expect.poll(async () => Math.abs((await host.boundingBox())!.width - before.width), { timeout: 30_000 }).toBeGreaterThan(50);
    await page.mouse.dblclick(edge.x + 60, edge.y);
    await expect.poll(async () => Math.abs((await host.boundingBox())!.width - before.width), { timeout: 30_000 }).toBeLessThan(2);
    expect(new URL(page.url()).searchParams.has('sort')).toBe(false);
    await page.getByRole('columnheader', { name: /Status/ }).dragTo(page.getByRole('columnheader', { name: /Method/ }));
    await page.waitForURL(/columns=.*status_code.*method/);
  });

  test('an_open_record_leaves_the_table_without_a_sideways_scroll_and_every_kind_within_reach', async () => {
    await page.setViewportSize({ width: 1024, height: 768 });
    await open('/explore?dataset=http');
    await rows().first().click();
    await record().getByRole('tab', { name: 'Overview' }).waitFor();
    const grid = page.getByRole('grid', { name: 'Records' });
    await expect
      .poll(() => grid.evaluate((element) => element.scrollWidth - element.clientWidth), { timeout: 30_000 })
      .toBeLessThanOrEqual(0);
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem').last().click();
    await page.waitForURL((url) => url.searchParams.get('dataset') !== 'http');
  });

  test('what_the_server_does_not_have_counts_as_all', async () => {
    await open('/explore?dataset=nothing-of-the-kind');
    await page.getByRole('button', { name: 'All', exact: true, pressed: true }).waitFor();
  });

  test('the_wheel_zooms_and_a_click_leads_into_a_bar', async () => {
    await open('/explore');
    const plot = page.locator('.u-over');
    await plot.waitFor();
    const box = (await plot.boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height - 10);
    await page.mouse.wheel(0, -300);
    await page.waitForURL(/from=/);
    await page.goto(`${here.server.url}/explore`);
    await plot.waitFor();
    await page.mouse.click(box.x + box.width / 2, box.y + box.height - 10);
    await page.waitForURL(/from=/);
  });

  test('a_column_can_be_added_and_taken_away', async () => {
    await open('/explore?dataset=http');
    await page.getByRole('button', { name: 'Add a column' }).click();
    await page.keyboard.type('user_agent.original');
    await page.getByRole('option', { name: /user_agent\.original/ }).click();
    const header = page.getByRole('columnheader', { name: /User agent/ });
    await header.waitFor();
    await header.hover();
    await header.getByRole('button', { name: /^Column/ }).click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    await header.waitFor({ state: 'detached' });
  });
});

describe('without barriers', () => {
  test.each(['dark', 'light'] as const)('axe_finds_nothing_grave_in_%s', async (scheme) => {
    await page.emulateMedia({ colorScheme: scheme });
    await open('/explore');
    expect(await graveFaults(page), 'Explore').toEqual([]);
    await open('/explore?dataset=http');
    await rows().first().click();
    await record().getByRole('tab', { name: 'Overview' }).waitFor();
    expect(await graveFaults(page), 'a record').toEqual([]);
    await page.goto(`${here.server.url}/captures`);
    await page.getByRole('group', { name: 'List of captures' }).waitFor();
    expect(await graveFaults(page), 'Captures').toEqual([]);
    await page.goto(`${here.server.url}/settings`);
    await page.getByRole('heading', { name: 'Password' }).waitFor();
    expect(await graveFaults(page), 'Settings').toEqual([]);
  });
});
