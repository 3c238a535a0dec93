import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { settingsReference } from '@orbweaver/platform/service/config/reference.ts';
import { settings } from '../settings.ts';
import { testConfig } from './test-server.ts';

test('the_reference_page_is_what_the_settings_say', () => {
  // To renew it: npx node apps/standalone/write-settings.ts docs/reference/settings.md
  const page = readFileSync(new URL('../../../docs/reference/settings.md', import.meta.url), 'utf8');
  expect(page.endsWith(settingsReference(settings))).toBe(true);
});

test('the_defaults_are_what_their_own_kind_reads', () => {
  for (const [name, { kind, default: value }] of Object.entries(settings)) {
    if (value === undefined) continue;
    expect((kind.read as (input: unknown) => unknown)((kind.write as (value: unknown) => string)(value)), name).toEqual(value);
  }
});

test('only_this_machine_can_connect_unless_told_otherwise', () => {
  expect(testConfig({}).host).toBe('127.0.0.1');
});
