import { SignJWT } from 'jose';
import { z } from 'zod';
import { Role } from '@orbweaver/contracts/http/auth.ts';
import { algorithm, type SigningKeys } from './keys.ts';

export const issuer = 'orbweaver';
export const audience = 'orbweaver-api';

/** Seconds that an access token is good for. */
export const accessTokenLife = 600;

/** What a token says of its bearer. */
export const Claims = z.object({
  sub: z.string(),
  /** The session that it belongs to: ends with it. */
  sid: z.string(),
  name: z.string(),
  roles: z.array(Role),
  iat: z.number(),
  exp: z.number(),
});
export type Claims = z.infer<typeof Claims>;

/** Who is signed in, as the request handlers see it. */
export interface Bearer {
  readonly userId: string;
  readonly sessionId: string;
  readonly username: string;
  readonly roles: readonly Role[];
}

/** Signs an access token. `now` in milliseconds. */
export function signAccessToken(keys: SigningKeys, bearer: Bearer, now: number): Promise<string> {
  const issued = Math.floor(now / 1000);
  return new SignJWT({ sid: bearer.sessionId, name: bearer.username, roles: bearer.roles })
    .setProtectedHeader({ alg: algorithm, typ: 'at+jwt', kid: keys.kid })
    .setSubject(bearer.userId)
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt(issued)
    .setExpirationTime(issued + accessTokenLife)
    .sign(keys.privateKey);
}
