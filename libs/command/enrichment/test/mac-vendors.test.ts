import { expect, test } from 'vitest';
import { MacVendors } from '../mac-vendors/mac-vendors.ts';
import { made } from './made-record.ts';

const asked: string[] = [];
const registry = {
  vendorOf(address: string): string | undefined {
    asked.push(address);
    return address.startsWith('B827EB') ? 'Raspberry Pi Foundation' : undefined;
  },
};

test('the_makers_of_both_ends_are_told_once_each_and_asked_for_once', () => {
  const vendors = new MacVendors(registry);
  for (let i = 0; i < 2; i++) {
    const record = made({ 'source.mac': ['b8:27:eb:00:00:01', 'b8:27:eb:00:00:02'], 'destination.mac': ['00:00:5e:00:01:01'] });
    vendors.enrich(record);
    expect(record['flow.source.mac_vendor']).toEqual(['Raspberry Pi Foundation']);
    expect(record).not.toHaveProperty(['flow.destination.mac_vendor']);
  }
  expect(asked).toEqual(['B827EB000001', 'B827EB000002', '00005E000101']);
});

test('groups_and_addresses_given_out_locally_have_no_maker', () => {
  asked.length = 0;
  new MacVendors(registry).enrich(made({ 'source.mac': ['02:42:ac:11:00:02'], 'destination.mac': ['01:00:5e:00:00:fb'] }));
  expect(asked).toEqual([]);
});
