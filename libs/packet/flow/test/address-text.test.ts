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
    const textOf = (address: number): string => addressText(Network.ipv4, Uint32Array.of(0, 0, 0, address), 0);
    expect([0xfffe0a01, 0, 0xffffffff, 0x7f000001, 0].map(textOf)).toEqual([
      '255.254.10.1',
      '0.0.0.0',
      '255.255.255.255',
      '127.0.0.1',
      '0.0.0.0',
    ]);
    // More than are remembered, and again.
    for (const round of [0, 1]) {
      for (let i = 0; i < 20_000; i++) expect(textOf(0x0a000000 + i), String(round)).toBe(`10.0.${i >> 8}.${i & 255}`);
    }
  });
});
