import { ipv4Number } from '../ipv4-number.ts';

/** What an address is by the registries of special-purpose addresses (RFC 6890) and of multicast (RFC 5771, RFC 4291). */
export type AddressClass =
  | 'public'
  | 'private' // RFC 1918; unique local (RFC 4193)
  | 'shared' // behind a carrier's translation (RFC 6598)
  | 'loopback'
  | 'link-local'
  | 'multicast'
  | 'broadcast'
  | 'unspecified'
  | 'documentation' // RFC 5737, RFC 3849, RFC 9637; and for benchmarks (RFC 2544, RFC 5180)
  | 'reserved';

/** The class of an address as records write it (IPv6 in RFC 5952 form); undefined for what is none. */
export function addressClass(address: string): AddressClass | undefined {
  return address.includes(':') ? ofIpv6(address) : ofIpv4(address);
}

function ofIpv4(address: string): AddressClass | undefined {
  const number = ipv4Number(address);
  return number < 0 ? undefined : ofNumber(number);
}

function ofNumber(address: number): AddressClass {
  const a = address >>> 24;
  const ab = address >>> 16;
  const abc = address >>> 8;
  if (a === 10 || ab >>> 4 === 0xac1 || ab === 0xc0a8) return 'private';
  if (a === 127) return 'loopback';
  if (ab === 0xa9fe) return 'link-local';
  if (address >>> 22 === 0x6440 >>> 6) return 'shared';
  if (a >>> 4 === 0xe) return 'multicast';
  // 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24; 198.18.0.0/15.
  if (abc === 0xc00002 || abc === 0xc63364 || abc === 0xcb0071 || ab >>> 1 === 0xc612 >>> 1) return 'documentation';
  if (address === 0) return 'unspecified';
  if (address === 0xffffffff) return 'broadcast';
  return a === 0 || a >>> 4 === 0xf || abc === 0xc00000 ? 'reserved' : 'public';
}

function ofIpv6(address: string): AddressClass {
  if (address === '::') return 'unspecified';
  if (address === '::1') return 'loopback';
  // The IPv4 address that it stands for: ::ffff:192.0.2.1 (RFC 4291, section 2.5.5.2).
  if (address.startsWith('::ffff:') && address.includes('.')) return ofIpv4(address.slice('::ffff:'.length)) ?? 'reserved';
  const groups = address.split(':', 3);
  const first = parseInt(groups[0] || '0', 16);
  const second = parseInt(groups[1] || '0', 16);
  if (first >>> 6 === 0xfe80 >>> 6) return 'link-local';
  if (first >>> 9 === 0xfc00 >>> 9) return 'private';
  if (first >>> 8 === 0xff) return 'multicast';
  if ((first === 0x2001 && second === 0xdb8) || (first === 0x3fff && second >>> 12 === 0)) return 'documentation';
  if (first === 0x2001 && second === 2 && (groups[2] || '0') === '0') return 'documentation';
  // Of IPv4 hosts behind a translator (RFC 6052); the range of local translators is RFC 8215.
  if (first === 0x64 && second === 0xff9b) return groups[2] === '1' ? 'private' : 'public';
  return first >>> 13 === 1 ? 'public' : 'reserved';
}
