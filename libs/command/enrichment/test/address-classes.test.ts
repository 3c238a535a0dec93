import { expect, test } from 'vitest';
import { addressClass } from '../address-classes/address-class.ts';
import { AddressClasses } from '../address-classes/address-classes.ts';
import { made } from './made-record.ts';

test.each([
  ['10.1.2.3', 'private'],
  ['172.15.255.255', 'public'],
  ['172.16.0.1', 'private'],
  ['172.31.255.255', 'private'],
  ['172.32.0.1', 'public'],
  ['192.168.1.1', 'private'],
  ['100.63.255.255', 'public'],
  ['100.64.0.1', 'shared'],
  ['100.127.255.255', 'shared'],
  ['100.128.0.1', 'public'],
  ['127.0.0.53', 'loopback'],
  ['169.254.169.254', 'link-local'],
  ['192.0.2.7', 'documentation'],
  ['198.18.0.1', 'documentation'],
  ['203.0.113.255', 'documentation'],
  ['224.0.0.251', 'multicast'],
  ['239.255.255.250', 'multicast'],
  ['240.0.0.1', 'reserved'],
  ['255.255.255.255', 'broadcast'],
  ['0.0.0.0', 'unspecified'],
  ['8.8.8.8', 'public'],
  ['::', 'unspecified'],
  ['::1', 'loopback'],
  ['::ffff:10.0.0.1', 'private'],
  ['fe80::1', 'link-local'],
  ['febf::1', 'link-local'],
  ['fec0::1', 'reserved'],
  ['fd00:1234::1', 'private'],
  ['ff02::fb', 'multicast'],
  ['2001:db8::1', 'documentation'],
  ['2001:0:1::1', 'public'],
  ['2a00:1450:4001::64', 'public'],
  ['64:ff9b::808:808', 'public'],
  ['64:ff9b:1::808:808', 'private'],
  ['4000::1', 'reserved'],
  ['not an address', undefined],
  ['1.2.3', undefined],
])('%s is %s', (address, expected) => {
  expect(addressClass(address)).toBe(expected);
});

test.each([
  ['10.0.0.1', '192.168.0.1', 'internal'],
  ['10.0.0.1', '9.9.9.9', 'outbound'],
  ['9.9.9.9', '10.0.0.1', 'inbound'],
  ['9.9.9.9', '8.8.8.8', 'external'],
  ['fe80::1', 'ff02::fb', 'internal'],
  ['0.0.0.0', '255.255.255.255', 'internal'],
  ['9.9.9.9', '224.0.0.1', 'external'],
  ['10.0.0.1', '192.0.2.1', undefined],
])('from %s to %s goes %s', (source, destination, direction) => {
  const record = made({ 'source.ip': source, 'destination.ip': destination });
  new AddressClasses().enrich(record);
  expect(record['network.direction']).toBe(direction);
});

test('classes_stand_on_flows_and_the_direction_on_every_record', () => {
  const [flow, http] = ['flow', 'http'].map((dataset) =>
    made({ 'event.dataset': dataset, 'source.ip': '10.0.0.1', 'destination.ip': '9.9.9.9' }),
  );
  const classes = new AddressClasses();
  classes.enrich(flow!);
  classes.enrich(http!);
  expect(flow).toMatchObject({
    'flow.source.address_class': 'private',
    'flow.destination.address_class': 'public',
    'network.direction': 'outbound',
  });
  expect(http).toHaveProperty(['network.direction'], 'outbound');
  expect(http).not.toHaveProperty(['flow.source.address_class']);
});
