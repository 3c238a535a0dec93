import type { DatasetView } from '@orbweaver/contracts/records/view.ts';

export const view: DatasetView = {
  columns: [
    '@timestamp',
    'source.ip',
    'destination.ip',
    'ssh.client.software',
    'ssh.server.software',
    'event.outcome',
    'ssh.authentication.attempts',
    'event.duration',
  ],
  facets: [
    'event.outcome',
    'ssh.client.software',
    'ssh.server.software',
    'ssh.client.hassh',
    'ssh.server.hassh',
    'ssh.host_key.hash.sha256',
    'ssh.key_exchange',
    'ssh.cipher',
    'source.ip',
    'destination.ip',
  ],
  timelineBy: 'event.outcome',
  summary: 'SSH[ {ssh.version}][ {ssh.client.software}][ → {ssh.server.software}][, {event.outcome}]',
  sections: [
    {
      kind: 'fields',
      title: 'Client',
      fields: ['ssh.client.software', 'ssh.client.comments', 'ssh.client.hassh', 'ssh.client.encrypted_bytes'],
    },
    {
      kind: 'fields',
      title: 'Server',
      fields: [
        'ssh.server.software',
        'ssh.server.comments',
        'ssh.server.hassh',
        'ssh.host_key.algorithm',
        'ssh.host_key.hash.sha256',
        'ssh.host_key.hash.md5',
        'ssh.server.encrypted_bytes',
      ],
    },
    { kind: 'fields', title: 'Agreed', fields: ['ssh.version', 'ssh.key_exchange', 'ssh.cipher', 'ssh.mac', 'ssh.compression'] },
    { kind: 'fields', title: 'Sign-in', fields: ['event.outcome', 'ssh.authentication.attempts'] },
  ],
};
