import { randomUUID } from 'node:crypto';
import type { Role, User } from '@orbweaver/contracts/http/auth.ts';
import { migrate, type DatabaseSync } from '../control/sqlite.ts';

const steps = [
  `CREATE TABLE users (
     id TEXT PRIMARY KEY,
     username TEXT NOT NULL UNIQUE COLLATE NOCASE,
     name TEXT NOT NULL,
     roles TEXT NOT NULL,
     password TEXT,
     created_at INTEGER NOT NULL
   ) STRICT`,
];

interface Row {
  id: string;
  username: string;
  name: string;
  roles: string;
  password: string | null;
}

/** Who may sign in. The password, hashed, stays in here but for `passwordOf`. */
export class Users {
  private readonly database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.database = database;
    migrate(database, 'users', steps);
  }

  create(user: { username: string; name: string; roles: readonly Role[] }, now: number): User {
    const id = randomUUID();
    this.database
      .prepare('INSERT INTO users (id, username, name, roles, created_at) VALUES (?, ?, ?, ?, ?)')
      .run(id, user.username, user.name, user.roles.join(','), now);
    return this.byId(id)!;
  }

  byId(id: string): User | undefined {
    return toUser(this.database.prepare('SELECT * FROM users WHERE id = ?').get(id));
  }

  byUsername(username: string): User | undefined {
    return toUser(this.database.prepare('SELECT * FROM users WHERE username = ?').get(username));
  }

  /** The oldest administrator. */
  firstAdministrator(): User | undefined {
    return toUser(
      this.database.prepare("SELECT * FROM users WHERE ',' || roles || ',' LIKE '%,admin,%' ORDER BY created_at, id LIMIT 1").get(),
    );
  }

  /** As `Passwords.hash` gave it; undefined if there is no such user or none was set. */
  passwordOf(id: string | undefined): string | undefined {
    const row = this.database.prepare('SELECT password FROM users WHERE id = ?').get(id ?? '') as Pick<Row, 'password'> | undefined;
    return row?.password ?? undefined;
  }

  setPassword(id: string, hashed: string): void {
    this.database.prepare('UPDATE users SET password = ? WHERE id = ?').run(hashed, id);
  }
}

function toUser(row: unknown): User | undefined {
  if (row === undefined) return undefined;
  const { id, username, name, roles, password } = row as Row;
  return { id, username, name, roles: roles.split(',') as Role[], has_password: password !== null };
}
