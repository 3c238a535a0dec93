import { migrate, type DatabaseSync } from '../control/sqlite.ts';
import { hashToken, newToken } from './secret-token.ts';

/** Milliseconds that a link can be used. */
export const linkLife = 24 * 3600e3;

const steps = [
  `CREATE TABLE sign_in_links (
     token TEXT PRIMARY KEY,
     user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
     expires_at INTEGER NOT NULL
   ) STRICT`,
];

/** One-time sign-in links: only the hash is stored, and a used one is gone. */
export class SignInLinks {
  private readonly database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.database = database;
    migrate(database, 'sign-in-links', steps);
  }

  /** A token for a new link. Earlier ones of the user no longer work. */
  create(userId: string, now: number): string {
    const token = newToken();
    this.database.prepare('DELETE FROM sign_in_links WHERE user_id = ? OR expires_at <= ?').run(userId, now);
    this.database
      .prepare('INSERT INTO sign_in_links (token, user_id, expires_at) VALUES (?, ?, ?)')
      .run(hashToken(token), userId, now + linkLife);
    return token;
  }

  /** The user whom the token signs in, once. */
  redeem(token: string, now: number): string | undefined {
    const row = this.database.prepare('DELETE FROM sign_in_links WHERE token = ? RETURNING user_id, expires_at').get(hashToken(token)) as
      { user_id: string; expires_at: number } | undefined;
    return row !== undefined && row.expires_at > now ? row.user_id : undefined;
  }
}
