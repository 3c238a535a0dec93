import type { DatasetView } from '@orbweaver/contracts/records/view.ts';

export const view: DatasetView = {
  columns: [
    '@timestamp',
    'source.ip',
    'destination.ip',
    'db.user',
    'db.namespace',
    'postgresql.message',
    'db.query.text',
    'event.outcome',
    'db.response.returned_rows',
    'event.duration',
  ],
  facets: [
    'event.outcome',
    'db.operation.name',
    'postgresql.message',
    'db.user',
    'db.namespace',
    'postgresql.application_name',
    'db.response.status_code',
    'destination.ip',
  ],
  timelineBy: 'event.outcome',
  summary: '{postgresql.message}[ {db.query.text}][ → {db.response.returned_rows} rows][ → {db.response.status_code} {error.message}]',
  sections: [
    {
      kind: 'fields',
      title: 'Command',
      fields: [
        'postgresql.message',
        'db.query.text',
        'postgresql.query.truncated',
        'db.operation.name',
        'postgresql.statement',
        'postgresql.copy.bytes',
      ],
    },
    {
      kind: 'fields',
      title: 'Outcome',
      fields: [
        'event.outcome',
        'db.response.returned_rows',
        'db.response.affected_rows',
        'db.response.status_code',
        'error.message',
        'postgresql.notices',
        'postgresql.skipped',
        'event.duration',
      ],
    },
    {
      kind: 'fields',
      title: 'Connection',
      fields: [
        'db.user',
        'db.namespace',
        'postgresql.application_name',
        'postgresql.authentication',
        'postgresql.server_version',
        'postgresql.process_id',
        'db.system.name',
      ],
    },
  ],
};
