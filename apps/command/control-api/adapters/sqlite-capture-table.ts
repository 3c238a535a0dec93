import type { CaptureTable } from '@orbweaver/command/imports/capture-table.ts';
import { Capture } from '@orbweaver/contracts/http/captures.ts';
import { migrate, type DatabaseSync } from '@orbweaver/platform/control/sqlite.ts';

const steps = [
  `CREATE TABLE captures (
     id TEXT PRIMARY KEY,
     name TEXT NOT NULL UNIQUE,
     sha256 TEXT NOT NULL,
     uploaded_at TEXT NOT NULL,
     capture TEXT NOT NULL
   ) STRICT;
   CREATE INDEX captures_by_time ON captures (uploaded_at);
   CREATE INDEX captures_by_sha256 ON captures (sha256);`,
];

/** Captures in the control state, each as the document that the API shows. */
export class SqliteCaptureTable implements CaptureTable {
  private readonly database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.database = database;
    migrate(database, 'captures', steps);
  }

  list(): Capture[] {
    return this.database
      .prepare('SELECT capture FROM captures ORDER BY uploaded_at DESC, rowid DESC')
      .all()
      .map((row) => read(row)!);
  }

  get(id: string): Capture | undefined {
    return read(this.database.prepare('SELECT capture FROM captures WHERE id = ?').get(id));
  }

  bySha256(sha256: string): Capture | undefined {
    return read(this.database.prepare('SELECT capture FROM captures WHERE sha256 = ?').get(sha256));
  }

  hasName(name: string): boolean {
    return this.database.prepare('SELECT 1 FROM captures WHERE name = ?').get(name) !== undefined;
  }

  save(capture: Capture): void {
    this.database
      .prepare(
        `INSERT INTO captures (id, name, sha256, uploaded_at, capture) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET capture = excluded.capture`,
      )
      .run(capture.id, capture.name, capture.sha256, capture.uploaded_at, JSON.stringify(capture));
  }

  remove(id: string): void {
    this.database.prepare('DELETE FROM captures WHERE id = ?').run(id);
  }
}

function read(row: unknown): Capture | undefined {
  return row === undefined ? undefined : Capture.parse(JSON.parse((row as { capture: string }).capture));
}
