import { parameter, readable, trimBlanks } from './text.ts';

/** Longest credentials that are decoded, in characters. */
const credentialsLimit = 1024;

/** Who an Authorization header says is asking: Basic (RFC 7617) and Digest (RFC 7616). The password is never taken. */
export function userOf(authorization: string | undefined): string | undefined {
  if (authorization === undefined) return undefined;
  const blank = authorization.indexOf(' ');
  if (blank < 0) return undefined;
  const scheme = authorization.slice(0, blank).toLowerCase();
  const rest = trimBlanks(authorization.slice(blank + 1));
  if (rest.length > credentialsLimit) return undefined;
  if (scheme === 'basic') return userOfBasic(rest);
  // Digest's parameters are parted by commas rather than by semicolons.
  return scheme === 'digest' ? parameter(`;${rest.replaceAll(',', ';')}`, 'username') : undefined;
}

function userOfBasic(credentials: string): string | undefined {
  const text = Buffer.from(credentials, 'base64').toString('latin1');
  const colon = text.indexOf(':');
  return colon > 0 ? readable(text.slice(0, colon)) : undefined;
}
