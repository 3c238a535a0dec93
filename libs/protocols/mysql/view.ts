import type { DatasetView } from '@orbweaver/contracts/records/view.ts';

export const view: DatasetView = {
  columns: [
    '@timestamp',
    'source.ip',
    'destination.ip',
    'db.user',
    'db.namespace',
    'mysql.command',
    'db.query.text',
    'event.outcome',
    'db.response.returned_rows',
    'event.duration',
  ],
  facets: ['event.outcome', 'db.operation.name', 'mysql.command', 'db.user', 'db.namespace', 'db.response.status_code', 'destination.ip'],
  timelineBy: 'event.outcome',
  summary: '{mysql.command}[ {db.query.text}][ → {db.response.returned_rows} rows][ → {db.response.status_code} {error.message}]',
  sections: [
    {
      kind: 'fields',
      title: 'Command',
      fields: [
        'mysql.command',
        'db.query.text',
        'mysql.query.truncated',
        'db.operation.name',
        'mysql.local_file.name',
        'mysql.local_file.size',
      ],
    },
    {
      kind: 'fields',
      title: 'Outcome',
      fields: [
        'event.outcome',
        'db.response.returned_rows',
        'db.response.affected_rows',
        'mysql.warnings',
        'db.response.status_code',
        'error.message',
        'event.duration',
      ],
    },
    {
      kind: 'fields',
      title: 'Connection',
      fields: [
        'db.user',
        'db.namespace',
        'mysql.program_name',
        'mysql.authentication_plugin',
        'mysql.compression',
        'mysql.server_version',
        'mysql.connection_id',
        'db.system.name',
      ],
    },
  ],
};
