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
  const parts = address.split('.', 5).map(Number);
  if (parts.length !== 4 || parts.some((part) => !(part >= 0 && part <= 255))) return undefined;
  const [a, b, c] = parts as [number, number, number, number];
  if (address === '0.0.0.0') return 'unspecified';
  if (address === '255.255.255.255') return 'broadcast';
  if (a === 10 || (a === 172 && b >>> 4 === 1) || (a === 192 && b === 168)) return 'private';
  if (a === 127) return 'loopback';
  if (a === 169 && b === 254) return 'link-local';
  if (a === 100 && b >>> 6 === 1) return 'shared';
  if (a >>> 4 === 14) return 'multicast';
  if ((a === 192 && b === 0 && c === 2) || (a === 198 && b === 51 && c === 100) || (a === 203 && b === 0 && c === 113))
    return 'documentation';
  if (a === 198 && b >>> 1 === 9) return 'documentation';
  if (a === 0 || a >>> 4 === 15 || (a === 192 && b === 0 && c === 0)) return 'reserved';
  return 'public';
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
