import { expect, it } from 'vitest';
import { isCurrent } from '../reference/fields.ts';

it('the_field_reference_says_what_the_schemas_say', () => {
  expect(isCurrent(), 'run: npx node libs/tooling/reference/fields.ts').toBe(true);
});
