import type { Page, Route } from 'playwright-core';
import { expect, test } from 'vitest';
import { withSample } from './with-sample.ts';

let page: Page;
const here = withSample((opened) => (page = opened));
const { open, rows } = here;

test('a_token_that_has_run_out_is_renewed_out_of_sight', async () => {
  let renewals = 0;
  await page.route('**/api/v1/auth/refresh', async (route) => {
    renewals++;
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...((await response.json()) as object), expires_in: 1 } });
  });
  await open('/explore?dataset=http');
  const atFirst = renewals;
  await page.getByRole('button', { name: 'DNS', exact: true }).click();
  await page.getByRole('region', { name: 'Result' }).getByRole('listitem').first().waitFor();
  await rows().first().click();
  await page.getByRole('tab', { name: 'Overview' }).waitFor();
  expect(renewals).toBeGreaterThan(atFirst);
  expect(await page.getByRole('alert').count()).toBe(0);
});

test('questions_that_were_refused_together_are_asked_again_after_one_renewal', async () => {
  await open('/explore?dataset=http');
  const refused = { title: 'Unauthorized', status: 401, detail: 'The token has run out.' };
  let refusals = 0;
  let renewals = 0;
  const refuseOnce = async (route: Route) => {
    if (renewals > 0) return route.continue();
    refusals++;
    return route.fulfill({ status: 401, contentType: 'application/problem+json', body: JSON.stringify(refused) });
  };
  await page.route('**/api/v1/{search,histogram,terms}', refuseOnce);
  await page.route('**/api/v1/auth/refresh', async (route) => {
    renewals++;
    await route.continue();
  });
  const answered = page.waitForResponse((response) => response.url().endsWith('/search') && response.ok());
  await page.keyboard.press('r');
  await answered;
  expect(renewals).toBe(1);
  expect(refusals).toBeGreaterThan(0);
  expect(await page.getByRole('alert').count()).toBe(0);
  // The browser tells of each refusal; nothing else may be wrong.
  const others = here.complaints.splice(0).filter((complaint) => !complaint.includes('401'));
  expect(others).toEqual([]);
});

test('while_the_server_is_away_what_was_seen_stays_and_when_it_is_back_the_page_goes_on_by_itself', async () => {
  await open('/explore?dataset=http');
  await here.context.setOffline(true);
  await page.keyboard.press('r');
  const banner = page.getByRole('alert').filter({ hasText: 'It is asked again' });
  await banner.waitFor();
  expect(await rows().count()).toBeGreaterThan(0);
  await page.getByRole('button', { name: 'DNS', exact: true }).click();
  await page.getByText('No connection').first().waitFor();
  await here.context.setOffline(false);
  await banner.waitFor({ state: 'detached' });
  await rows().first().waitFor();
  await expect.poll(() => page.getByText('No connection').count(), { timeout: 30_000 }).toBe(0);
  const others = here.complaints.splice(0).filter((complaint) => !complaint.includes('ERR_INTERNET_DISCONNECTED'));
  expect(others).toEqual([]);
});

test('signing_out_and_in_in_one_tab_does_so_in_all', async () => {
  await open('/explore?dataset=http');
  const other = await here.newPage();
  await other.goto(`${here.server.url}/explore?dataset=dns`);
  await rows(other).first().waitFor();
  await other.getByRole('button', { name: /^Account/ }).click();
  await other.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.waitForURL(/\/sign-in\?to=/);
  await here.server.signIn(other);
  await page.waitForURL(/\/explore\?dataset=http/);
  await rows().first().waitFor();
  await other.close();
  // What was on its way when the session ended was refused.
  const others = here.complaints.splice(0).filter((complaint) => !complaint.includes('401'));
  expect(others).toEqual([]);
});
