/**
 * Addresses as text that sorts and compares like the address: `4` and 8 hex digits, or `6` and 32. A network is then a range of keys, IPv4 never
 * meets IPv6, and an address reads back exactly as it was written (RFC 5952).
 */
export function ipKey(text: string): string | undefined {
  if (text.includes(':')) return v6Key(text);
  const value = v4Value(text);
  return value === undefined ? undefined : `4${hex(value, 8)}`;
}

/** The address of a key that `ipKey` made. */
export function formatIpKey(key: string): string {
  return key.startsWith('4') ? formatV4(Number.parseInt(key.slice(1), 16)) : formatV6(key.slice(1));
}

/** First and last key of `10.0.0.0/8` or `2001:db8::/32`. Bits behind the prefix do not matter. */
export function networkKeys(text: string): { from: string; to: string } | undefined {
  const match = /^([^/]+)\/(\d{1,3})$/.exec(text);
  const key = match === null ? undefined : ipKey(match[1]!);
  if (key === undefined) return undefined;
  const bits = Number(match![2]);
  const width = (key.length - 1) * 4;
  if (bits > width) return undefined;
  const value = BigInt(`0x${key.slice(1)}`);
  const mask = (1n << BigInt(width - bits)) - 1n;
  const digits = (bound: bigint) => key[0]! + bound.toString(16).padStart(key.length - 1, '0');
  return { from: digits(value & ~mask), to: digits(value | mask) };
}

/** Keys of `10.1.*`: whole octets of an IPv4 address, then a star. */
export function octetKeys(text: string): { from: string; to: string } | undefined {
  if (!/^(\d{1,3}\.){1,3}\*$/.test(text)) return undefined;
  const octets = text.slice(0, -2).split('.');
  return networkKeys(`${[...octets, '0', '0', '0'].slice(0, 4).join('.')}/${octets.length * 8}`);
}

function v4Value(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  let value = 0;
  for (let octet = 1; octet <= 4; octet++) {
    const digits = match[octet]!;
    if (Number(digits) > 255 || (digits.length > 1 && digits.startsWith('0'))) return undefined;
    value = value * 256 + Number(digits);
  }
  return value;
}

function v6Key(text: string): string | undefined {
  if (text.length > 45) return undefined;
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = v6Groups(halves[0]!, halves.length === 1);
  const tail = halves.length === 2 ? v6Groups(halves[1]!, true) : '';
  if (head === undefined || tail === undefined) return undefined;
  const missing = 32 - head.length - tail.length;
  if (halves.length === 2 ? missing < 4 : missing !== 0) return undefined;
  return `6${head}${'0'.repeat(missing)}${tail}`;
}

/** Hex digits of `2001:db8` or, at the end of an address, `ffff:10.0.0.1`. */
function v6Groups(text: string, last: boolean): string | undefined {
  if (text === '') return '';
  const groups = text.split(':');
  let digits = '';
  for (const [index, group] of groups.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(group)) digits += group.toLowerCase().padStart(4, '0');
    else {
      const tail = last && index === groups.length - 1 ? v4Value(group) : undefined;
      if (tail === undefined) return undefined;
      digits += hex(tail, 8);
    }
  }
  return digits.length > 32 ? undefined : digits;
}

function formatV4(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

/** RFC 5952: the longest run of two or more zero groups is `::`, the first of equals; IPv4-mapped addresses end in dotted form. */
function formatV6(digits: string): string {
  if (digits.startsWith('00000000000000000000ffff')) return `::ffff:${formatV4(Number.parseInt(digits.slice(24), 16))}`;
  const groups = Array.from({ length: 8 }, (_, index) => Number.parseInt(digits.slice(index * 4, index * 4 + 4), 16).toString(16));
  let start = -1;
  let length = 1;
  for (let at = 0; at < 8; at++) {
    let end = at;
    while (end < 8 && groups[end] === '0') end++;
    if (end - at > length) {
      start = at;
      length = end - at;
    }
    if (end > at) at = end;
  }
  if (start < 0) return groups.join(':');
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
