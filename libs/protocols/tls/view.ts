import type { DatasetView, ViewSection } from '@orbweaver/contracts/records/view.ts';

function certificateSection(side: 'server' | 'client', title: string): ViewSection {
  const names = [
    'subject',
    'issuer',
    'not_before',
    'not_after',
    'x509.alternative_names',
    'x509.serial_number',
    'x509.public_key_algorithm',
  ];
  const more = [
    'x509.public_key_size',
    'x509.public_key_curve',
    'x509.signature_algorithm',
    'hash.sha256',
    'hash.sha1',
    'certificate_count',
  ];
  return { kind: 'fields', title, fields: [...names, ...more].map((name) => `tls.${side}.${name}`) };
}

export const view: DatasetView = {
  columns: [
    '@timestamp',
    'source.ip',
    'destination.ip',
    'destination.port',
    'tls.client.server_name',
    'tls.version',
    'tls.cipher',
    'tls.established',
    'tls.client.ja4',
  ],
  facets: [
    'tls.version',
    'tls.client.server_name',
    'tls.established',
    'tls.alert.description',
    'tls.anomalies',
    'tls.cipher',
    'tls.client.ja4',
    'tls.server.issuer',
  ],
  timelineBy: 'tls.version',
  summary: 'TLS[ {tls.version}][ to {tls.client.server_name}][, {tls.cipher}][, alert {tls.alert.description}][, {tls.anomalies}]',
  sections: [
    {
      kind: 'fields',
      title: 'Handshake',
      fields: [
        'tls.version',
        'tls.version_protocol',
        'tls.version_draft',
        'tls.cipher',
        'tls.curve',
        'tls.next_protocol',
        'tls.established',
        'tls.resumed',
        'tls.resumption',
        'tls.session_id',
        'tls.hello_retry',
        'tls.alert.description',
        'tls.alert.level',
        'tls.alert.sender',
        'tls.incomplete',
        'tls.anomalies',
        'event.duration',
      ],
    },
    {
      kind: 'fields',
      title: 'Client',
      fields: [
        'tls.client.server_name',
        'tls.client.ja4',
        'tls.client.ja3',
        'tls.client.alpn',
        'tls.client.supported_versions',
        'tls.client.supported_groups',
        'tls.client.supported_ciphers',
        'tls.client.early_data',
        'tls.client.grease',
        'tls.client.encrypted_client_hello',
        'tls.client.certificate_requested',
      ],
    },
    { kind: 'fields', title: 'Server', fields: ['tls.server.ja3s'] },
    certificateSection('server', 'Server certificate'),
    certificateSection('client', 'Client certificate'),
    { kind: 'fields', title: 'QUIC', fields: ['quic.version', 'quic.client.initial_dcid', 'quic.client.scid', 'quic.server.scid'] },
  ],
};
