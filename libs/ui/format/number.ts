const whole = new Intl.NumberFormat('en-US');
const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });

/** `1234567` as `1,234,567`. */
export function formatCount(count: number): string {
  return whole.format(count);
}

/** `1234567` as `1.2M`, for places where the exact number does not fit. */
export function formatShortCount(count: number): string {
  return count < 10_000 ? whole.format(count) : short.format(count);
}

/** Three significant digits without trailing zeros after the point: `1.5`, `12.3`, `456`. */
export function threeDigits(value: number): string {
  if (value >= 100) return value.toFixed(0);
  const text = value >= 10 ? value.toFixed(1) : value.toFixed(2);
  return text.replace(/\.?0+$/, '');
}
