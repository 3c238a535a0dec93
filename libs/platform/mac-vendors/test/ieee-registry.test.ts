import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { IeeeRegistry } from '../ieee-registry.ts';

test('vendors_are_found_by_the_longest_block_that_was_given_out', () => {
  const registry = new IeeeRegistry();
  expect(registry.vendorOf('B827EB000001')).toBe('Raspberry Pi Foundation');
  // Of a block that the IEEE gave out in parts, the part's owner.
  expect(registry.vendorOf('8C1F64FF6000')).not.toBe(registry.vendorOf('8C1F64FF9000'));
  expect(registry.vendorOf('8C1F64FF6000')).not.toMatch(/IEEE/);
  expect(registry.vendorOf('FFFFFF000000')).toBeUndefined();
});

test('the_registry_is_in_the_order_in_which_it_is_searched', () => {
  const registry = new IeeeRegistry();
  const all = JSON.parse(readFileSync(createRequire(import.meta.url).resolve('oui-data'), 'utf8')) as Record<string, string>;
  // The longest prefixes, and of the shortest some, unless they were given out in parts.
  const entries = Object.entries(all).filter(
    ([prefix, text], i) => prefix.length === 9 || (prefix.length === 6 && i % 7 === 0 && !text.startsWith('IEEE Registration Authority')),
  );
  const missed = entries.filter(([prefix, text]) => registry.vendorOf(prefix.padEnd(12, '0')) !== text.split('\n')[0]);
  expect(missed).toEqual([]);
});

test.runIf(process.platform === 'linux')('a_look_up_leaves_no_file_open', () => {
  new IeeeRegistry().vendorOf('B827EB000001');
  const open = readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      return [readlinkSync(`/proc/self/fd/${descriptor}`)];
    } catch {
      // Closed meanwhile.
      return [];
    }
  });
  expect(open.filter((path) => path.includes('oui-data'))).toEqual([]);
});
