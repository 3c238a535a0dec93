import { cipherSuiteName } from '../names/code-names.ts';

const namedCurve = 3;

/**
 * The named curve of a ServerKeyExchange message, `[start, end)` (RFC 8422 §5.4): `ECCurveType curve_type; NamedCurve curve; ...`; with a
 * pre-shared key the identity hint, `opaque<0..2^16-1>`, stands before it (RFC 5489 §2). -1 where the suite has no curve or names none.
 */
export function decodeServerCurve(bytes: Uint8Array, start: number, end: number, cipherSuite: number): number {
  const suite = cipherSuiteName(cipherSuite);
  if (!suite.startsWith('TLS_ECDHE_') && !suite.startsWith('TLS_ECDH_anon_')) return -1;
  let at = start;
  if (suite.startsWith('TLS_ECDHE_PSK_')) {
    if (end - at < 2) return -1;
    at += 2 + ((bytes[at]! << 8) | bytes[at + 1]!);
  }
  return end - at >= 3 && bytes[at] === namedCurve ? (bytes[at + 1]! << 8) | bytes[at + 2]! : -1;
}
