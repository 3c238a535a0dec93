import { cut } from '@orbweaver/kernel/bytes/text.ts';
import { trimBlanks } from './text.ts';

/** What a request target says (RFC 9112, section 3.2). Absent parts are undefined. */
export interface Target {
  scheme?: string;
  /** Host, with brackets around an IPv6 literal (as in ECS), in lower case. */
  domain?: string;
  port?: number;
  path?: string;
  /** Without the question mark. */
  query?: string;
  /** User of `user:password@`; the password is not taken. */
  user?: string;
}

/** Splits a target of any form: origin, absolute, authority (of CONNECT, though not of an extended one: RFC 8441, section 4) or asterisk. */
export function splitTarget(method: string, target: string): Target {
  if (method === 'CONNECT' && !target.startsWith('/')) return splitAuthority(firstWord(target));
  if (target === '') return {};
  const scheme = schemeOf(target);
  if (scheme === undefined) return splitPath(target);
  const from = scheme.length + 3;
  let end = from;
  while (end < target.length && !'/?#'.includes(target[end]!)) end++;
  return { scheme, ...splitAuthority(target.slice(from, end)), ...splitPath(target.slice(end)) };
}

function firstWord(text: string): string {
  const blank = text.indexOf(' ');
  return blank < 0 ? text : text.slice(0, blank);
}

/** The scheme of `scheme://`, in lower case (RFC 3986, section 3.1). */
function schemeOf(target: string): string | undefined {
  const colon = target.indexOf('://');
  if (colon <= 0 || colon > 16) return undefined;
  for (let i = 0; i < colon; i++) {
    const code = target.charCodeAt(i) | 32;
    const isLetter = code >= 97 && code <= 122;
    if (!isLetter && (i === 0 || !'0123456789+-.'.includes(target[i]!))) return undefined;
  }
  return target.slice(0, colon).toLowerCase();
}

function splitPath(text: string): Target {
  const fragment = text.indexOf('#');
  const whole = fragment < 0 ? text : text.slice(0, fragment);
  const question = whole.indexOf('?');
  const parts: Target = { path: question < 0 ? whole : cut(whole, 0, question) };
  if (parts.path === '') parts.path = '/';
  if (question >= 0) parts.query = cut(whole, question + 1, whole.length);
  return parts;
}

/** authority = [ userinfo "@" ] host [ ":" port ] (RFC 3986, section 3.2); also the value of Host. */
export function splitAuthority(text: string): Target {
  const authority = trimBlanks(text);
  const at = authority.lastIndexOf('@');
  const parts: Target = {};
  if (at >= 0) {
    const user = authority.slice(0, at).split(':', 1)[0]!;
    if (user !== '') parts.user = user;
  }
  const place = authority.slice(at + 1);
  const bracket = place.startsWith('[') ? place.indexOf(']') : -1;
  // An IPv6 address without brackets is against the grammar, yet seen: then every colon belongs to it.
  const colon = bracket < 0 && place.indexOf(':') !== place.lastIndexOf(':') ? -1 : place.indexOf(':', bracket + 1);
  const host = (colon < 0 ? place : place.slice(0, colon)).toLowerCase();
  if (host !== '') parts.domain = host;
  const port = colon < 0 ? undefined : portOf(place.slice(colon + 1));
  if (port !== undefined) parts.port = port;
  return parts;
}

function portOf(text: string): number | undefined {
  if (text === '' || text.length > 5) return undefined;
  for (let i = 0; i < text.length; i++) if (text[i]! < '0' || text[i]! > '9') return undefined;
  const port = Number(text);
  return port <= 65535 ? port : undefined;
}
