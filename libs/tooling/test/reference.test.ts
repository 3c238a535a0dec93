import { expect, it } from 'vitest';
import { isCurrent } from '../reference/fields.ts';
import { isCurrent as areSettingsCurrent } from '../reference/settings.ts';

it('the_field_reference_says_what_the_schemas_say', () => {
  expect(isCurrent(), 'run: npx node libs/tooling/reference/fields.ts').toBe(true);
});

it('the_reference_of_the_services_says_what_their_settings_say', () => {
  expect(areSettingsCurrent(), 'run: npx node libs/tooling/reference/settings.ts').toBe(true);
});
