import type { DatasetView } from '@orbweaver/contracts/records/view.ts';

export const view: DatasetView = {
  columns: ['@timestamp', 'source.ip', 'destination.ip', 'icmp.type', 'icmp.code', 'icmp.id', 'icmp.seq', 'icmp.response_time'],
  facets: ['icmp.type', 'icmp.code', 'source.ip', 'destination.ip', 'network.transport'],
  timelineBy: 'icmp.type',
  summary: 'type {icmp.type} code {icmp.code}[ seq {icmp.seq}]',
  sections: [
    {
      kind: 'fields',
      title: 'Message',
      fields: ['icmp.type', 'icmp.code', 'icmp.id', 'icmp.seq', 'icmp.response_time', 'icmp.original.network.community_id'],
    },
  ],
};
