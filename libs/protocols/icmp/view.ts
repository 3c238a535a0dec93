import type { DatasetView } from '@orbweaver/contracts/records/view.ts';

export const view: DatasetView = {
  columns: ['@timestamp', 'source.ip', 'destination.ip', 'icmp.message', 'icmp.id', 'icmp.seq', 'icmp.response_time'],
  facets: ['icmp.message', 'source.ip', 'destination.ip', 'network.transport'],
  timelineBy: 'icmp.message',
  summary: '[{icmp.message}, ]type {icmp.type} code {icmp.code}[ seq {icmp.seq}]',
  sections: [
    {
      kind: 'fields',
      title: 'Message',
      fields: ['icmp.message', 'icmp.type', 'icmp.code', 'icmp.id', 'icmp.seq', 'icmp.response_time', 'icmp.original.network.community_id'],
    },
  ],
};
