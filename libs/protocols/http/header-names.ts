/**
 * Header names that code asks for by number, then those that are common enough to share one string. The position is the number; 0 means
 * a name that is not in the list.
 */
const interned = [
  '',
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'upgrade',
  'content-type',
  'content-encoding',
  'referer',
  'user-agent',
  'authorization',
  'x-forwarded-for',
  'x-request-id',
  'x-correlation-id',
  'content-disposition',
  'expect',
  'proxy-authorization',
  'connect-protocol-version',
  'grpc-status',
  ...'accept accept-charset accept-encoding accept-language accept-ranges access-control-allow-credentials'.split(' '),
  ...'access-control-allow-headers access-control-allow-methods access-control-allow-origin access-control-expose-headers'.split(' '),
  ...'access-control-max-age access-control-request-headers access-control-request-method age allow alt-svc cache-control'.split(' '),
  ...'cf-cache-status cf-ray content-language content-location content-md5 content-range content-security-policy cookie date'.split(' '),
  ...'dnt etag expires forwarded from if-match if-modified-since if-none-match if-range if-unmodified-since keep-alive'.split(' '),
  ...'last-modified link location max-forwards nel origin p3p permissions-policy pragma priority proxy-authenticate'.split(' '),
  ...'proxy-connection range referrer-policy report-to retry-after sec-ch-ua sec-ch-ua-mobile'.split(' '),
  ...'sec-ch-ua-platform sec-fetch-dest sec-fetch-mode sec-fetch-site sec-fetch-user sec-websocket-accept'.split(' '),
  ...'sec-websocket-extensions sec-websocket-key sec-websocket-protocol sec-websocket-version server server-timing set-cookie'.split(' '),
  ...'soapaction strict-transport-security te timing-allow-origin traceparent tracestate trailer upgrade-insecure-requests vary'.split(' '),
  ...'via warning www-authenticate x-amz-cf-id x-amz-request-id x-api-key x-b3-spanid x-b3-traceid x-cache x-cache-hits'.split(' '),
  ...'x-content-type-options x-csrf-token x-envoy-upstream-service-time x-forwarded-host x-forwarded-port x-forwarded-proto'.split(' '),
  ...'x-frame-options x-powered-by x-ratelimit-limit x-ratelimit-remaining x-ratelimit-reset x-real-ip x-requested-with'.split(' '),
  ...'x-runtime x-served-by x-timer x-xss-protection'.split(' '),
];

export const HeaderId = {
  other: 0,
  host: 1,
  contentLength: 2,
  transferEncoding: 3,
  connection: 4,
  upgrade: 5,
  contentType: 6,
  contentEncoding: 7,
  referer: 8,
  userAgent: 9,
  authorization: 10,
  forwardedFor: 11,
  requestId: 12,
  correlationId: 13,
  contentDisposition: 14,
  expect: 15,
  proxyAuthorization: 16,
  connectProtocolVersion: 17,
  grpcStatus: 18,
} as const;

/** Slots of the table: a power of two, about four times the names, so that a look-up is one or two probes. */
const slots = 512;
const table = new Uint8Array(slots);
const bytesOf = interned.map((name) => Buffer.from(name, 'latin1'));

for (let id = 1; id < interned.length; id++) {
  let slot = slotOf(hashOf(bytesOf[id]!, 0, bytesOf[id]!.length));
  while (table[slot] !== 0) slot = (slot + 1) & (slots - 1);
  table[slot] = id;
}

/** Hash of a name whatever its case. Setting bit 5 maps some other octets onto each other too; the comparison tells them apart. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + (bytes[i]! | 32)) | 0;
  return hash;
}

function slotOf(hash: number): number {
  return (hash ^ (hash >>> 11) ^ (hash >>> 19)) & (slots - 1);
}

/** The number of the name `[start, end)`, 0 if it is not in the list. Builds no string. */
export function internHeader(bytes: Uint8Array, start: number, end: number): number {
  for (let slot = slotOf(hashOf(bytes, start, end)); table[slot] !== 0; slot = (slot + 1) & (slots - 1)) {
    if (isName(bytes, start, end, bytesOf[table[slot]!]!)) return table[slot]!;
  }
  return HeaderId.other;
}

function isName(bytes: Uint8Array, start: number, end: number, name: Uint8Array): boolean {
  if (end - start !== name.length) return false;
  for (let i = 0; i < name.length; i++) {
    let octet = bytes[start + i]!;
    if (octet >= 65 && octet <= 90) octet |= 32;
    if (octet !== name[i]) return false;
  }
  return true;
}

/** The name in lower case that a number stands for. */
export const headerName = (id: number): string => interned[id]!;

const idsOfNames = new Map(interned.map((name, id) => [name, id]));

/** The number of a name in lower case, 0 if it is not in the list. */
export const headerIdOf = (name: string): number => idsOfNames.get(name) ?? HeaderId.other;
