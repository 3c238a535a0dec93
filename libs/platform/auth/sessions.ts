import { randomUUID } from 'node:crypto';
import { inTransaction, migrate, type DatabaseSync } from '../control/sqlite.ts';
import { hashToken, newToken } from './secret-token.ts';

/** Milliseconds without a refresh after which a session ends. */
export const idleLife = 7 * 86_400e3;
/** Milliseconds after which it ends whatever happens. */
export const sessionLife = 30 * 86_400e3;
/**
 * Milliseconds in which a refresh token that was just replaced still counts: two tabs that refresh at once, or an answer that was lost on its
 * way, are not a theft.
 */
export const rotationLeeway = 10e3;
/** Sessions of one user; the one longest without a refresh makes room. */
export const maxSessions = 50;

const steps = [
  `CREATE TABLE sessions (
     id TEXT PRIMARY KEY,
     user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
     by_link INTEGER NOT NULL,
     expires_at INTEGER NOT NULL,
     seen_at INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX sessions_of_user ON sessions (user_id, seen_at);
   CREATE TABLE refresh_tokens (
     token TEXT PRIMARY KEY,
     session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
     expires_at INTEGER NOT NULL,
     replaced_at INTEGER
   ) STRICT;
   CREATE INDEX refresh_tokens_of_session ON refresh_tokens (session_id);`,
];

export interface Session {
  readonly id: string;
  readonly userId: string;
  /** Opened by a one-time link, not by a password. */
  readonly byLink: boolean;
}

export interface OpenedSession {
  readonly session: Session;
  readonly refreshToken: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

interface TokenRow {
  session_id: string;
  user_id: string;
  by_link: number;
  session_expires: number;
  token_expires: number;
  replaced_at: number | null;
}

/**
 * Sessions and their refresh tokens. Each refresh replaces the token; one that comes back after it was replaced was copied by somebody, so
 * the whole session ends. Only hashes are stored. All times in milliseconds since 1970.
 */
export class Sessions {
  private readonly database: DatabaseSync;
  private readonly onEnded: (ids: readonly string[]) => void;

  /** `onEnded` hears of every session that ends before or at its time. */
  constructor(database: DatabaseSync, onEnded: (ids: readonly string[]) => void = () => undefined) {
    this.database = database;
    this.onEnded = onEnded;
    migrate(database, 'sessions', steps);
  }

  open(userId: string, byLink: boolean, now: number): OpenedSession {
    const id = randomUUID();
    const expires = now + sessionLife;
    return inTransaction(this.database, () => {
      this.delete('expires_at <= ? OR seen_at <= ?', now, now - idleLife);
      this.delete('id IN (SELECT id FROM sessions WHERE user_id = ? ORDER BY seen_at DESC LIMIT -1 OFFSET ?)', userId, maxSessions - 1);
      this.database
        .prepare('INSERT INTO sessions (id, user_id, by_link, expires_at, seen_at) VALUES (?, ?, ?, ?, ?)')
        .run(id, userId, byLink ? 1 : 0, expires, now);
      return this.issue({ id, userId, byLink }, expires, now);
    });
  }

  /** The session with its next token. Undefined if the token is unknown, too old, or was used before: then the session is ended. */
  refresh(token: string, now: number): OpenedSession | undefined {
    return inTransaction(this.database, () => {
      const row = this.find(token);
      if (row === undefined) return undefined;
      const session = { id: row.session_id, userId: row.user_id, byLink: row.by_link === 1 };
      const reused = row.replaced_at !== null && now - row.replaced_at > rotationLeeway;
      if (reused || row.token_expires <= now || row.session_expires <= now) {
        this.end(session.id);
        return undefined;
      }
      this.database.prepare('UPDATE refresh_tokens SET replaced_at = coalesce(replaced_at, ?) WHERE token = ?').run(now, hashToken(token));
      this.database.prepare('UPDATE sessions SET seen_at = ? WHERE id = ?').run(now, session.id);
      return this.issue(session, row.session_expires, now);
    });
  }

  byId(id: string): Session | undefined {
    const row = this.database.prepare('SELECT user_id, by_link FROM sessions WHERE id = ?').get(id) as
      { user_id: string; by_link: number } | undefined;
    return row === undefined ? undefined : { id, userId: row.user_id, byLink: row.by_link === 1 };
  }

  /** The session that a refresh token belongs to, whether it can still be used or not. */
  ofToken(token: string): string | undefined {
    return this.find(token)?.session_id;
  }

  end(id: string): void {
    this.delete('id = ?', id);
  }

  /** Ends the user's other sessions except `spared`; this one counts as opened by password from now on. */
  keepOnly(userId: string, id: string, spared: readonly string[] = []): void {
    const kept = [id, ...spared];
    this.delete(`user_id = ? AND id NOT IN (${kept.map(() => '?').join(', ')})`, userId, ...kept);
    this.database.prepare('UPDATE sessions SET by_link = 0 WHERE id = ?').run(id);
  }

  private delete(condition: string, ...values: readonly (string | number)[]): void {
    const rows = this.database.prepare(`DELETE FROM sessions WHERE ${condition} RETURNING id`).all(...values) as { id: string }[];
    if (rows.length > 0) this.onEnded(rows.map(({ id }) => id));
  }

  private find(token: string): TokenRow | undefined {
    return this.database
      .prepare(
        `SELECT session_id, user_id, by_link, s.expires_at AS session_expires, t.expires_at AS token_expires, replaced_at
         FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id WHERE token = ?`,
      )
      .get(hashToken(token)) as TokenRow | undefined;
  }

  private issue(session: Session, sessionExpires: number, now: number): OpenedSession {
    const refreshToken = newToken();
    const expiresAt = Math.min(now + idleLife, sessionExpires);
    this.database.prepare('DELETE FROM refresh_tokens WHERE session_id = ? AND expires_at <= ?').run(session.id, now);
    this.database
      .prepare('INSERT INTO refresh_tokens (token, session_id, expires_at) VALUES (?, ?, ?)')
      .run(hashToken(refreshToken), session.id, expiresAt);
    return { session, refreshToken, expiresAt };
  }
}
