import { describe, expect, it } from 'vitest';
import { Network } from '../../layers/packet.ts';
import { addressText } from '../address-text.ts';

describe('addresses', () => {
  it.each([
    [[0x20010db8, 0, 0, 1], '2001:db8::1'],
    [[0, 0, 0, 0], '::'],
    [[0, 0, 0, 1], '::1'],
    [[0x20010db8, 0x00000001, 0x00010001, 0x00010001], '2001:db8:0:1:1:1:1:1'],
    [[0x20010000, 0x00000001, 0, 0x00000001], '2001:0:0:1::1'],
    [[0xfe800000, 0, 0x021122ff, 0xfe334455], 'fe80::211:22ff:fe33:4455'],
    [[1 << 16, 0, 0, 0], '1::'],
    [[0, 0, 0xffff, 0xc0000201], '::ffff:192.0.2.1'],
  ])('of_version_6_are_written_as_rfc_5952_says: %j', (words, text) => {
    expect(addressText(Network.ipv6, Uint32Array.from(words), 0)).toBe(text);
  });

  it('of_version_4_are_dotted', () => {
    expect(addressText(Network.ipv4, Uint32Array.of(0, 0, 0, 0xfffe0a01), 0)).toBe('255.254.10.1');
  });
});
