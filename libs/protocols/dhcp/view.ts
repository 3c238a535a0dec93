import type { DatasetView } from '@orbweaver/contracts/records/view.ts';

export const view: DatasetView = {
  columns: [
    '@timestamp',
    'dhcp.client.mac',
    'dhcp.hostname',
    'dhcp.message_types',
    'dhcp.assigned_ip',
    'dhcp.server.ip',
    'dhcp.lease_time',
  ],
  facets: ['dhcp.message_types', 'dhcp.server.ip', 'dhcp.client.mac', 'dhcp.hostname', 'dhcp.domain', 'dhcp.vendor_class'],
  timelineBy: 'dhcp.message_types',
  summary: '{dhcp.message_types}[ {dhcp.client.mac}][ {dhcp.hostname}][ → {dhcp.assigned_ip}]',
  sections: [
    {
      kind: 'fields',
      title: 'Exchange',
      fields: ['dhcp.message_types', 'dhcp.transaction_id', 'dhcp.response_time', 'dhcp.message', 'dhcp.parse_error'],
    },
    {
      kind: 'fields',
      title: 'Client',
      fields: [
        'dhcp.client.mac',
        'dhcp.client.ip',
        'dhcp.client.id',
        'dhcp.hostname',
        'dhcp.client_fqdn',
        'dhcp.vendor_class',
        'dhcp.requested_ip',
        'dhcp.parameter_request_list',
      ],
    },
    {
      kind: 'fields',
      title: 'Lease',
      fields: ['dhcp.assigned_ip', 'dhcp.lease_time', 'dhcp.domain', 'dhcp.server.ip', 'dhcp.relay.ip', 'dhcp.relay.circuit_id'],
    },
  ],
};
