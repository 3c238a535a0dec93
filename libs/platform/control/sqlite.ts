import { DatabaseSync } from 'node:sqlite';

export type { DatabaseSync } from 'node:sqlite';

/** Milliseconds that a statement waits for another connection's lock. */
const busyTimeout = 5000;

/**
 * Opens the control state (users, sessions, captures): small, and durable statement by statement. `:memory:` gives one that nobody else sees.
 */
export function openControlState(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: busyTimeout, enableForeignKeyConstraints: true });
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  database.exec('CREATE TABLE IF NOT EXISTS migrations (part TEXT NOT NULL, step INTEGER NOT NULL, PRIMARY KEY (part, step)) STRICT');
  return database;
}

/** Applies the steps of one part of the schema that were not yet applied, each in a transaction. Steps are only ever added at the end. */
export function migrate(database: DatabaseSync, part: string, steps: readonly string[]): void {
  const { applied } = database.prepare('SELECT count(*) AS applied FROM migrations WHERE part = ?').get(part) as { applied: number };
  for (let step = applied; step < steps.length; step++)
    inTransaction(database, () => {
      database.exec(steps[step]!);
      database.prepare('INSERT INTO migrations (part, step) VALUES (?, ?)').run(part, step);
    });
}

export function inTransaction<Result>(database: DatabaseSync, work: () => Result): Result {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
