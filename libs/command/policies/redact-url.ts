import { mask } from './redaction-policy.ts';

/** Whether a parameter of this name, in the form that `plainName` gives, holds a secret. */
export type IsSecretName = (name: string) => boolean;

/** `http://joe:secret@host/?token=abc&q=1` -> `http://joe:***@host/?token=***&q=1`. A URL, absolute or not. */
export function redactUrl(url: string, isSecretName: IsSecretName): string {
  const open = redactUserInfo(url);
  const start = firstOf(open, '?;#', 0);
  return start < 0 ? open : open.slice(0, start + 1) + redactParameters(open.slice(start + 1), isSecretName);
}

/** A query string without its `?`. */
export function redactParameters(query: string, isSecretName: IsSecretName): string {
  let redacted = '';
  for (let start = 0; start <= query.length;) {
    const stop = firstOf(query, '&;#?', start);
    const end = stop < 0 ? query.length : stop;
    const equals = query.indexOf('=', start);
    const isSecret = equals >= 0 && equals < end && equals + 1 < end && isSecretName(plainName(query.slice(start, equals)));
    redacted += (isSecret ? query.slice(start, equals + 1) + mask : query.slice(start, end)) + query.slice(end, end + 1);
    start = end + 1;
  }
  return redacted;
}

/** `user:password@` keeps the user; what has no colon may be a token, so it goes whole. */
function redactUserInfo(url: string): string {
  const place = userInfoOf(url);
  return place === undefined ? url : url.slice(0, place.colon < 0 ? place.start : place.colon + 1) + mask + url.slice(place.end);
}

/** Whether a URL names a user without a password, who may be a token. */
export function isUserAlone(url: string): boolean {
  return userInfoOf(url)?.colon === -1;
}

/** Where the user information of a URL stands, and its colon or -1. */
function userInfoOf(url: string): { start: number; colon: number; end: number } | undefined {
  const slashes = url.indexOf('//');
  if (slashes < 0 || (slashes > 0 && url[slashes - 1] !== ':')) return undefined;
  const start = slashes + 2;
  const stop = firstOf(url, '/?#\\', start);
  const end = url.lastIndexOf('@', stop < 0 ? url.length : stop);
  if (end < start) return undefined;
  const colon = url.indexOf(':', start);
  return { start, colon: colon < end ? colon : -1, end };
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
