import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { graveFaults } from './accessibility.ts';
import { withSample } from './with-sample.ts';

let page: Page;
const here = withSample((opened) => (page = opened));
const { open } = here;
const kinds = () => page.getByRole('group', { name: 'Kind of records' }).getByRole('button');
const menuIsGone = () => page.getByRole('menu').waitFor({ state: 'detached' });
const focusIsOnMore = () => page.waitForFunction(() => document.activeElement?.textContent?.startsWith('More'));
const datasetIs = (dataset: string | null) => page.waitForURL((url) => url.searchParams.get('dataset') === dataset);

describe('kinds of records', () => {
  test('those_with_records_have_tabs_and_the_others_stand_in_the_menu', async () => {
    await open('/explore');
    expect(await kinds().allInnerTexts()).toEqual(['All', 'Flows', 'DNS', 'HTTP', 'ICMP', 'TLS', expect.stringContaining('More')]);
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'MySQL' }).click();
    await datasetIs('mysql');
    await page.getByText('No MySQL has been seen').waitFor();
    await page.getByRole('button', { name: 'MySQL', exact: true, pressed: true }).waitFor();
  });

  test('the_keyboard_reaches_every_one', async () => {
    await open('/explore');
    await page.keyboard.press('4');
    await datasetIs('http');
    await page.keyboard.press('1');
    await datasetIs(null);
    await kinds().first().focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await datasetIs('flow');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem').first().waitFor();
    await page.keyboard.press('Escape');
    await menuIsGone();
    await focusIsOnMore();
  });

  test('a_menu_closed_before_it_has_the_focus_gives_it_back_too', async () => {
    await open('/explore');
    await kinds().last().focus();
    for (let frames = 0; frames < 12; frames++) {
      await page.evaluate(pressEnterThenEscape, frames);
      await menuIsGone();
      await focusIsOnMore();
    }
  });

  test('columns_once_chosen_come_back_with_their_kind', async () => {
    await open('/explore?dataset=tls');
    const header = page.getByRole('columnheader').last();
    const name = await header.getByRole('button').first().innerText();
    await header.hover();
    await header.getByRole('button', { name: /^Column/ }).click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    await page.waitForURL(/columns=/);
    await page.getByRole('button', { name: 'DNS', exact: true }).click();
    await page.waitForURL((url) => url.searchParams.get('dataset') === 'dns' && !url.searchParams.has('columns'));
    await page.getByRole('button', { name: 'TLS', exact: true }).click();
    await page.waitForURL((url) => url.searchParams.get('dataset') === 'tls' && url.searchParams.has('columns'));
    await page.getByRole('button', { name: 'Reset columns' }).click();
    await page.getByRole('columnheader', { name }).waitFor();
    expect(new URL(page.url()).searchParams.has('columns')).toBe(false);
  });
});

describe('time', () => {
  test('a_range_is_typed_with_its_offset_and_what_is_no_time_is_refused_with_an_example', async () => {
    await open('/explore?dataset=http');
    await page.getByRole('button', { name: /^Time range/ }).click();
    const from = page.getByLabel('From', { exact: true });
    await from.fill('yesterday');
    await page.getByText(/^Write it like/).waitFor();
    expect(await page.getByRole('button', { name: 'Show this range' }).isDisabled()).toBe(true);
    expect(await graveFaults(page), 'the time entry').toEqual([]);
    await from.fill('2026-11-21 11:57 +02:00');
    await page.getByLabel('To', { exact: true }).fill('2026-11-21 09:58:30');
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.searchParams.get('from') === '2026-11-21T09:57:00.000Z');
    expect(new URL(page.url()).searchParams.get('to')).toBe('2026-11-21T09:58:30.000Z');
  });
});

/** Opens what has the focus, and after so many frames closes it again. Runs in the page. */
async function pressEnterThenEscape(frames: number): Promise<void> {
  (document.activeElement as HTMLElement).click();
  await new Promise((heard) => setTimeout(heard));
  for (let i = 0; i < frames; i++) await new Promise(requestAnimationFrame);
  document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
}
