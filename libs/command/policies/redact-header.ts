import { mask } from './redaction-policy.ts';

/** `Bearer abc` -> `Bearer ***`; a value without a scheme goes whole. */
export function redactCredential(value: string): string {
  const blank = value.indexOf(' ');
  return blank > 0 && isScheme(value, blank) ? `${value.slice(0, blank)} ${mask}` : mask;
}

/** An authentication scheme is a short word of letters, digits and dashes (RFC 9110, section 11.1). */
function isScheme(value: string, end: number): boolean {
  if (end > 20) return false;
  for (let i = 0; i < end; i++) {
    const code = value.charCodeAt(i) | 0x20;
    const isLetter = code >= 0x61 && code <= 0x7a;
    if (!isLetter && !(i > 0 && (value[i] === '-' || (value[i]! >= '0' && value[i]! <= '9')))) return false;
  }
  return true;
}

/** Attributes of `Set-Cookie` (RFC 6265, section 4.1.1, and later ones): no secrets. */
const attributes = new Set(['expires', 'max-age', 'domain', 'path', 'secure', 'httponly', 'samesite', 'partitioned', 'priority']);

/**
 * `a=1; b=2` -> `a=***; b=***`, for `Cookie` and `Set-Cookie`; attributes stay. Where several `Set-Cookie` were joined by `, `, one that follows an
 * attribute is told from it; one that follows a bare cookie goes with that cookie's value.
 */
export function redactCookies(value: string): string {
  return value.split(';').map(redactPair).join(';');
}

function redactPair(pair: string): string {
  const equals = pair.indexOf('=');
  const name = (equals < 0 ? pair : pair.slice(0, equals)).trim().toLowerCase();
  if (name === '') return equals < 0 ? pair : `=${mask}`;
  if (attributes.has(name)) return equals < 0 ? pair : redactBehindAttribute(pair);
  // `secure, b=2`: an attribute without a value, and the next cookie.
  const comma = name.indexOf(',');
  if (comma > 0 && attributes.has(name.slice(0, comma).trimEnd())) return redactBehindAttribute(pair);
  return equals < 0 ? `${leadingBlanks(pair)}${mask}` : `${pair.slice(0, equals)}=${mask}`;
}

/** Keeps the attribute up to a comma behind which another cookie begins; the comma of a date has no `=` behind it. */
function redactBehindAttribute(pair: string): string {
  for (let comma = pair.indexOf(','); comma >= 0; comma = pair.indexOf(',', comma + 1)) {
    const equals = pair.indexOf('=', comma);
    if (equals < 0) return pair;
    const next = pair.indexOf(',', comma + 1);
    if (next < 0 || equals < next) return `${pair.slice(0, equals)}=${mask}`;
  }
  return pair;
}

const leadingBlanks = (text: string) => text.slice(0, text.length - text.trimStart().length);
