import { expect, test } from 'vitest';
import { Passwords } from '../password.ts';

const cheap = new Passwords({ logN: 10, r: 8, p: 1 });

test('a_password_is_stored_as_owasp_advises_and_each_time_differently', async () => {
  const stored = await new Passwords().hash('correct horse');
  expect(stored).toMatch(/^scrypt\$17\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
  expect(await cheap.hash('a')).not.toBe(await cheap.hash('a'));
});

test('only_the_same_password_is_the_same', async () => {
  const stored = await cheap.hash('Caf\u00e9 au lait');
  expect(await cheap.verify('Caf\u00e9 au lait', stored)).toBe(true);
  // Composed from e and an accent: another keyboard, the same password.
  expect(await cheap.verify('Cafe\u0301 au lait', stored)).toBe(true);
  expect(await cheap.verify('cafe au lait', stored)).toBe(false);
  expect(await cheap.verify('', undefined)).toBe(false);
});

test('what_was_stored_at_another_cost_still_counts', async () => {
  expect(await cheap.verify('a', await new Passwords({ logN: 11, r: 8, p: 1 }).hash('a'))).toBe(true);
});
