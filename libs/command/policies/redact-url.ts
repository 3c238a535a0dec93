import { mask } from './redaction-policy.ts';

/** Whether a parameter of this name holds a secret; `names` are in the form that `plainName` gives. */
export type SecretNames = ReadonlySet<string>;

/** `http://joe:secret@host/?token=abc&q=1` -> `http://joe:***@host/?token=***&q=1`. A URL, absolute or not. */
export function redactUrl(url: string, names: SecretNames): string {
  const open = redactUserInfo(url);
  const start = firstOf(open, '?;#', 0);
  return start < 0 ? open : open.slice(0, start + 1) + redactParameters(open.slice(start + 1), names);
}

/** A query string without its `?`. */
export function redactParameters(query: string, names: SecretNames): string {
  let redacted = '';
  for (let start = 0; start <= query.length;) {
    const stop = firstOf(query, '&;#?', start);
    const end = stop < 0 ? query.length : stop;
    const equals = query.indexOf('=', start);
    const isSecret = equals >= 0 && equals < end && equals + 1 < end && names.has(plainName(query.slice(start, equals)));
    redacted += (isSecret ? query.slice(start, equals + 1) + mask : query.slice(start, end)) + query.slice(end, end + 1);
    start = end + 1;
  }
  return redacted;
}

/** `user:password@` keeps the user; what has no colon may be a token, so it goes whole. */
function redactUserInfo(url: string): string {
  const slashes = url.indexOf('//');
  if (slashes < 0 || (slashes > 0 && url[slashes - 1] !== ':')) return url;
  const start = slashes + 2;
  const stop = firstOf(url, '/?#\\', start);
  const at = url.lastIndexOf('@', stop < 0 ? url.length : stop);
  if (at < start) return url;
  const colon = url.indexOf(':', start);
  return colon >= 0 && colon < at ? `${url.slice(0, colon + 1)}${mask}${url.slice(at)}` : `${url.slice(0, start)}${mask}${url.slice(at)}`;
}

/** The name as it is compared: decoded, lower case, the innermost of `user[password]`, without `_` and `-`. */
export function plainName(name: string): string {
  let text = decodePercent(name);
  const bracket = text.lastIndexOf('[');
  if (bracket >= 0 && text.endsWith(']') && bracket < text.length - 2) text = text.slice(bracket + 1, -1);
  return text.toLowerCase().replaceAll('_', '').replaceAll('-', '');
}

/** Only ASCII is looked for; what is no escape stays. */
function decodePercent(text: string): string {
  if (!text.includes('%')) return text;
  let decoded = '';
  for (let i = 0; i < text.length; i++) {
    const code = text[i] === '%' ? Number.parseInt(text.slice(i + 1, i + 3), 16) : NaN;
    if (Number.isNaN(code)) decoded += text[i];
    else {
      decoded += String.fromCharCode(code);
      i += 2;
    }
  }
  return decoded;
}

function firstOf(text: string, characters: string, from: number): number {
  for (let i = from; i < text.length; i++) if (characters.includes(text[i]!)) return i;
  return -1;
}
