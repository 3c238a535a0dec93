import type { DatasetSchema } from '@orbweaver/contracts/records/schema.ts';
import { sqlFields } from '../sdk/sql-fields.ts';

export const schema: DatasetSchema = {
  dataset: 'postgresql',
  title: 'PostgreSQL',
  record: 'one command with its outcome',
  fields: {
    ...sqlFields({
      system: 'postgresql',
      statement: 'SELECT * FROM goods WHERE id = $1',
      affectedRows: 'Rows inserted, updated, deleted, merged or copied, by the tag of the completed command.',
      statusCode: { label: 'SQLSTATE', help: 'SQLSTATE code of the error.', example: '42P01' },
      errorMessage: 'relation "goods" does not exist',
    }),
    'postgresql.message': {
      type: 'keyword',
      label: 'Command',
      help: 'startup with its sign-in, ssl_request, gssenc_request, cancel_request, simple_query, parse, execute, function_call, terminate; bind, describe and close where they failed; error for one that no command caused or that came with the end of a transaction.',
      example: 'simple_query',
    },
    'postgresql.application_name': {
      type: 'keyword',
      label: 'Application',
      help: 'Name that the client gave itself, at sign-in or later.',
      example: 'psql',
    },
    'postgresql.statement': { type: 'keyword', label: 'Prepared as', help: 'Name of the prepared statement.', example: 'lrupsc_1_0' },
    'postgresql.query.truncated': {
      type: 'boolean',
      label: 'Cut',
      help: 'The statement is longer than what is kept of it.',
      example: true,
    },
    'postgresql.authentication': {
      type: 'keyword',
      label: 'Authentication',
      help: 'What the server asked for: password, md5, sasl and its mechanism, gss, sspi; absent where it asked for nothing.',
      example: 'SCRAM-SHA-256',
    },
    'postgresql.server_version': { type: 'keyword', label: 'Server version', help: 'As the server says at sign-in.', example: '15.8' },
    'postgresql.process_id': {
      type: 'integer',
      label: 'Process',
      help: 'Server process of the connection, at its startup; of a cancel request the one to be interrupted.',
      example: 4711,
    },
    'postgresql.copy.bytes': {
      type: 'integer',
      unit: 'byte',
      label: 'Copied',
      help: 'Data of COPY, both directions together.',
      example: 4096,
    },
    'postgresql.notices': {
      type: 'text',
      many: true,
      label: 'Notices',
      help: 'Notices and warnings that came with the answer, the first 16.',
      example: 'table "goods" does not exist, skipping',
    },
    'postgresql.skipped': {
      type: 'boolean',
      label: 'Skipped',
      help: 'The server passed it over since an earlier command of its pipeline failed.',
      example: true,
    },
  },
};
