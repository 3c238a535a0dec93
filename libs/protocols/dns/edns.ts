import type { Cursor } from '@orbweaver/kernel/bytes/cursor.ts';
import { ipv4Text, ipv6Text } from './address.ts';
import { escapedText } from './text.ts';

/** Options of one message that are kept by name. */
const optionLimit = 32;

/** What the OPT record says (RFC 6891, section 6.1). */
export interface Edns {
  readonly udpSize: number;
  readonly version: number;
  readonly dnssecOk: boolean;
  /** Names of the options present, in the order of the wire. */
  readonly options: string[];
  clientSubnet: string | undefined;
  cookie: string | undefined;
  serverId: string | undefined;
  /** Extended errors (RFC 8914): `22 No Reachable Authority: timed out`. */
  readonly errors: string[];
}

const Option = { serverId: 3, clientSubnet: 8, cookie: 10, extendedError: 15 } as const;

const optionNames = new Map([
  [1, 'LLQ'],
  [2, 'UPDATE-LEASE'],
  [3, 'NSID'],
  [5, 'DAU'],
  [6, 'DHU'],
  [7, 'N3U'],
  [8, 'ECS'],
  [9, 'EXPIRE'],
  [10, 'COOKIE'],
  [11, 'KEEPALIVE'],
  [12, 'PADDING'],
  [13, 'CHAIN'],
  [14, 'KEY-TAG'],
  [15, 'EDE'],
  [16, 'CLIENT-TAG'],
  [17, 'SERVER-TAG'],
  [18, 'REPORT-CHANNEL'],
  [19, 'ZONEVERSION'],
]);

/**
 * The cursor stands on the options: code(16) length(16) value, to its end. `size` is the record's class, `ttl` holds extended rcode(8)
 * version(8) DO(1) zeros(15). Options behind a malformed one are given up.
 */
export function readEdns(cursor: Cursor, size: number, ttl: number): Edns {
  const edns: Edns = {
    udpSize: size,
    version: (ttl >>> 16) & 0xff,
    dnssecOk: (ttl & 0x8000) !== 0,
    options: [],
    clientSubnet: undefined,
    cookie: undefined,
    serverId: undefined,
    errors: [],
  };
  while (cursor.remaining > 0 && edns.options.length < optionLimit) {
    const code = cursor.u16();
    const at = cursor.take(cursor.u16());
    if (at < 0 || cursor.overrun) break;
    edns.options.push(optionNames.get(code) ?? `OPTION${code}`);
    readOption(edns, code, cursor.bytes, at, cursor.offset);
  }
  return edns;
}

function readOption(edns: Edns, code: number, bytes: Uint8Array, start: number, end: number): void {
  switch (code) {
    case Option.serverId:
      if (end > start) edns.serverId = escapedText(bytes, start, end);
      break;
    case Option.clientSubnet:
      edns.clientSubnet = subnetText(bytes, start, end);
      break;
    case Option.cookie:
      if (end > start) edns.cookie = Buffer.from(bytes.subarray(start, end)).toString('hex');
      break;
    case Option.extendedError:
      if (end - start >= 2) edns.errors.push(errorText((bytes[start]! << 8) | bytes[start + 1]!, escapedText(bytes, start + 2, end)));
      break;
  }
}

/** family(16) source prefix(8) scope prefix(8) address, as long as the prefix needs (RFC 7871, section 6). */
function subnetText(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (end - start < 4) return undefined;
  const family = (bytes[start]! << 8) | bytes[start + 1]!;
  const limit = family === 1 ? 4 : family === 2 ? 16 : 0;
  const length = end - start - 4;
  if (limit === 0 || length > limit) return undefined;
  const address = new Uint8Array(16);
  address.set(bytes.subarray(start + 4, end));
  return `${family === 1 ? ipv4Text(address, 0) : ipv6Text(address, 0)}/${bytes[start + 2]!}`;
}

const errorNames = [
  'Other Error',
  'Unsupported DNSKEY Algorithm',
  'Unsupported DS Digest Type',
  'Stale Answer',
  'Forged Answer',
  'DNSSEC Indeterminate',
  'DNSSEC Bogus',
  'Signature Expired',
  'Signature Not Yet Valid',
  'DNSKEY Missing',
  'RRSIGs Missing',
  'No Zone Key Bit Set',
  'NSEC Missing',
  'Cached Error',
  'Not Ready',
  'Blocked',
  'Censored',
  'Filtered',
  'Prohibited',
  'Stale NXDOMAIN Answer',
  'Not Authoritative',
  'Not Supported',
  'No Reachable Authority',
  'Network Error',
  'Invalid Data',
  'Signature Expired before Valid',
  'Too Early',
  'Unsupported NSEC3 Iterations Value',
  'Unable to conform to policy',
  'Synthesized',
  'Invalid Query Type',
];

function errorText(code: number, text: string): string {
  const named = errorNames[code] === undefined ? String(code) : `${code} ${errorNames[code]}`;
  return text === '' ? named : `${named}: ${text}`;
}
