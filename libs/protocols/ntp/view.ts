import type { DatasetView } from '@orbweaver/contracts/records/view.ts';

export const view: DatasetView = {
  columns: ['@timestamp', 'source.ip', 'destination.ip', 'ntp.mode', 'ntp.version', 'ntp.stratum', 'ntp.reference_id', 'ntp.response_time'],
  facets: ['ntp.mode', 'ntp.stratum', 'ntp.reference_id', 'ntp.leap', 'ntp.operation', 'source.ip', 'destination.ip'],
  timelineBy: 'ntp.mode',
  summary: '{ntp.mode}[ {ntp.operation}][ stratum {ntp.stratum}][ {ntp.reference_id}]',
  sections: [
    {
      kind: 'fields',
      title: 'Exchange',
      fields: [
        'ntp.mode',
        'ntp.version',
        'ntp.operation',
        'ntp.error_code',
        'ntp.response_time',
        'ntp.response.bytes',
        'ntp.response.messages',
      ],
    },
    {
      kind: 'fields',
      title: 'Clock',
      fields: [
        'ntp.stratum',
        'ntp.reference_id',
        'ntp.leap',
        'ntp.precision',
        'ntp.poll',
        'ntp.root_delay',
        'ntp.root_dispersion',
        'ntp.reference_time',
        'ntp.transmit_time',
      ],
    },
  ],
};
