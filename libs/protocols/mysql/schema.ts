import type { DatasetSchema } from '@orbweaver/contracts/records/schema.ts';
import { sqlFields } from '../sdk/sql-fields.ts';

export const schema: DatasetSchema = {
  dataset: 'mysql',
  title: 'MySQL',
  record: 'one command with its outcome',
  fields: {
    ...sqlFields({
      system: 'mysql',
      statement: 'SELECT * FROM goods WHERE id = ?',
      affectedRows: 'Rows changed, of a statement without rows.',
      statusCode: { label: 'Error code', help: 'Number of the error.', example: '1064' },
      errorMessage: "Table 'shop.goods' doesn't exist",
    }),
    'mysql.command': {
      type: 'keyword',
      label: 'Command',
      help: 'login, query, statement_prepare, statement_execute, init_db, change_user, ping, quit and so on; error for one that no command caused.',
      example: 'query',
    },
    'mysql.program_name': {
      type: 'keyword',
      label: 'Program',
      help: 'Name that the client gives itself at sign-in.',
      example: 'mysqldump',
    },
    'mysql.query.truncated': { type: 'boolean', label: 'Cut', help: 'The statement is longer than what is kept of it.', example: true },
    'mysql.warnings': { type: 'integer', label: 'Warnings', help: 'Number of warnings that the answer mentions.', example: 1 },
    'mysql.authentication_plugin': {
      type: 'keyword',
      label: 'Authentication',
      help: 'The way of signing in, the last one that the server asked for.',
      example: 'caching_sha2_password',
    },
    'mysql.compression': {
      type: 'keyword',
      label: 'Compression',
      help: 'How both sides compress everything behind this login: zlib or zstd.',
      example: 'zlib',
    },
    'mysql.server_version': { type: 'keyword', label: 'Server version', help: 'As the greeting says.', example: '8.0.36' },
    'mysql.connection_id': { type: 'integer', label: 'Connection', help: 'Number that the server gave the connection.', example: 4711 },
    'mysql.local_file.name': {
      type: 'keyword',
      label: 'Local file',
      help: 'File that the server asked the client for (LOAD DATA LOCAL).',
      example: '/tmp/goods.csv',
    },
    'mysql.local_file.size': {
      type: 'integer',
      unit: 'byte',
      label: 'File size',
      help: 'What the client sent of that file.',
      example: 4096,
    },
  },
};
