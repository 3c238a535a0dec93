import type { DatasetSchema } from '@orbweaver/contracts/records/schema.ts';

export const schema: DatasetSchema = {
  dataset: 'redis',
  title: 'Redis',
  record: 'one command with its reply',
  fields: {
    'db.system.name': { type: 'keyword', label: 'System', help: 'The database system: redis.', example: 'redis' },
    'db.operation.name': { type: 'keyword', label: 'Command', help: 'Name of the command, in upper case.', example: 'GET' },
    'db.user': {
      type: 'keyword',
      label: 'User',
      help: 'User that the connection signed in as (AUTH, HELLO); default where only a password was given.',
      example: 'app',
    },
    'db.namespace': { type: 'keyword', label: 'Database', help: 'Number of the database that SELECT chose.', example: '0' },
    'redis.key': { type: 'keyword', label: 'Key', help: 'First key that the command names, its first 512 bytes.', example: 'session:42' },
    'redis.value': {
      type: 'text',
      label: 'Value',
      help: 'Value that the command writes, if it is one; its first 512 bytes.',
      example: 'on',
    },
    'redis.reply': {
      type: 'text',
      label: 'Reply',
      help: 'Reply, if it is one text or number; its first 512 bytes.',
      example: 'OK',
    },
    'redis.replies': {
      type: 'integer',
      label: 'Replies without command',
      help: 'Replies that followed each other and whose commands were not captured; such a row is one record, a failure if one of them is an error.',
      example: 3,
    },
    'redis.resp_version': { type: 'integer', label: 'RESP version', help: 'Version of the protocol: 2, or 3 after HELLO 3.', example: 2 },
    'event.outcome': {
      type: 'keyword',
      label: 'Outcome',
      help: 'success, failure if the server answered with an error, unknown without an answer.',
      example: 'success',
    },
    'error.message': {
      type: 'text',
      label: 'Error',
      help: 'The error that the server answered with.',
      example: 'WRONGTYPE Operation against a key holding the wrong kind of value',
    },
  },
};
