import type { Cursor } from '@orbweaver/kernel/bytes/cursor.ts';

/**
 * A place on earth (RFC 1876, section 2):
 *
 *     version(8) size(4+4) horizontal precision(4+4) vertical precision(4+4) latitude(32) longitude(32) altitude(32)
 *
 * as `52 22 23.000 N 4 53 32.000 E -2.00m 0m 10000m 10m`. Undefined for another version, or values that are none.
 */
export function locationText(cursor: Cursor): string | undefined {
  const version = cursor.u8();
  const [size, horizontal, vertical] = [cursor.u8(), cursor.u8(), cursor.u8()];
  const [latitude, longitude, altitude] = [cursor.u32(), cursor.u32(), cursor.u32()];
  const precisions = [size, horizontal, vertical].map(metres);
  if (cursor.overrun || version !== 0 || precisions.includes(undefined)) return undefined;
  const height = ((altitude - 10_000_000) / 100).toFixed(2);
  return `${degrees(latitude, 'N', 'S')} ${degrees(longitude, 'E', 'W')} ${height}m ${precisions.join(' ')}`;
}

/** Thousandths of an arc second, counted from 2^31. */
function degrees(coded: number, positive: string, negative: string): string {
  const value = coded - 2 ** 31;
  const thousandths = Math.abs(value);
  const seconds = ((thousandths % 60_000) / 1000).toFixed(3);
  return `${Math.floor(thousandths / 3_600_000)} ${Math.floor(thousandths / 60_000) % 60} ${seconds} ${value >= 0 ? positive : negative}`;
}

/** Centimetres as mantissa and power of ten, four bits each. */
function metres(coded: number): string | undefined {
  const [mantissa, exponent] = [coded >> 4, coded & 15];
  return mantissa > 9 || exponent > 9 ? undefined : `${(mantissa * 10 ** exponent) / 100}m`;
}
