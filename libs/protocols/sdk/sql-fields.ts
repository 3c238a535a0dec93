import type { Field } from '@orbweaver/contracts/records/schema.ts';

/** In what the SQL databases differ. */
export interface SqlDialect {
  readonly system: string;
  /** A statement with a parameter. */
  readonly statement: string;
  /** What `db.response.affected_rows` counts, a sentence. */
  readonly affectedRows: string;
  readonly statusCode: { readonly label: string; readonly help: string; readonly example: string };
  readonly errorMessage: string;
}

/** The fields of a command and its outcome that every SQL database has, by OpenTelemetry's names. */
export function sqlFields(dialect: SqlDialect): Record<string, Field> {
  return {
    'db.system.name': { type: 'keyword', label: 'System', help: 'Which database speaks this protocol.', example: dialect.system },
    'db.user': { type: 'keyword', label: 'User', help: 'User that the client signed in as, or tried to.', example: 'anna' },
    'db.namespace': { type: 'keyword', label: 'Database', help: 'Default database of the connection.', example: 'shop' },
    'db.query.text': {
      type: 'text',
      label: 'Statement',
      help: 'Text of the statement, its first 16 KiB; of a prepared one as it was prepared. Passwords that it sets are masked.',
      example: dialect.statement,
    },
    'db.operation.name': { type: 'keyword', label: 'Operation', help: 'First word of the statement, in upper case.', example: 'SELECT' },
    'db.response.returned_rows': { type: 'integer', label: 'Rows', help: 'Rows that came back, of all results together.', example: 12 },
    'db.response.affected_rows': { type: 'integer', label: 'Rows changed', help: dialect.affectedRows, example: 1 },
    'db.response.status_code': { type: 'keyword', ...dialect.statusCode },
    'error.message': { type: 'text', label: 'Error', help: 'What the server says went wrong.', example: dialect.errorMessage },
    'event.outcome': {
      type: 'keyword',
      label: 'Outcome',
      help: 'success, failure, or unknown where no answer was seen.',
      example: 'success',
    },
  };
}
