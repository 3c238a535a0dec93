import { createHash, randomBytes } from 'node:crypto';

/** A secret that only its bearer has: 256 random bits, URL-safe. */
export const newToken = (): string => randomBytes(32).toString('base64url');

/** What is stored of it. As random as it is, a plain hash is enough, and a lookup by it tells nothing through its timing. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('base64url');
