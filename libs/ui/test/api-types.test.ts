import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { apiTypes, target } from '../api-client/generate.ts';

test('the_types_of_the_client_are_those_of_the_api', async () => {
  expect(await readFile(target, 'utf8'), 'run `npx nx generate ui` and commit the result').toBe(await apiTypes());
});
