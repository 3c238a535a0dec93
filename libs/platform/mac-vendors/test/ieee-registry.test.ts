import { expect, test } from 'vitest';
import { IeeeRegistry } from '../ieee-registry.ts';

test('vendors_are_found_by_the_longest_block_that_was_given_out', () => {
  const registry = new IeeeRegistry();
  expect(registry.vendorOf('B827EB000001')).toBe('Raspberry Pi Foundation');
  // Of a block that the IEEE gave out in parts, the part's owner.
  expect(registry.vendorOf('8C1F64FF6000')).not.toBe(registry.vendorOf('8C1F64FF9000'));
  expect(registry.vendorOf('8C1F64FF6000')).not.toMatch(/IEEE/);
});

test('many_look_ups_give_what_few_do', () => {
  const [few, many] = [new IeeeRegistry(), new IeeeRegistry()];
  for (let i = 0; i < 100; i++) many.vendorOf(`00${i.toString(16).padStart(4, '0').toUpperCase()}000000`);
  for (const address of ['000000ABCDEF', 'B827EB000001', '8C1F64FF6000', 'FFFFFF000000'])
    expect(many.vendorOf(address), address).toBe(few.vendorOf(address));
});
