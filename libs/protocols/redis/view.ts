import type { DatasetView } from '@orbweaver/contracts/records/view.ts';

export const view: DatasetView = {
  columns: [
    '@timestamp',
    'source.ip',
    'destination.ip',
    'db.operation.name',
    'redis.key',
    'redis.value',
    'redis.reply',
    'event.outcome',
    'event.duration',
  ],
  facets: ['db.operation.name', 'event.outcome', 'redis.key', 'db.user', 'db.namespace', 'error.message', 'source.ip', 'destination.ip'],
  timelineBy: 'db.operation.name',
  summary:
    '[{db.operation.name}][ {redis.key}][ ← {redis.value}][ → {redis.reply}][ → {error.message}][ ({redis.replies} without command)]',
  sections: [
    { kind: 'fields', title: 'Command', fields: ['db.operation.name', 'redis.key', 'redis.value', 'redis.resp_version'] },
    { kind: 'fields', title: 'Reply', fields: ['event.outcome', 'redis.reply', 'redis.replies', 'error.message', 'event.duration'] },
    { kind: 'fields', title: 'Connection', fields: ['db.system.name', 'db.user', 'db.namespace'] },
  ],
};
