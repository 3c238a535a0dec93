import { conformance } from '../../sdk/conformance/conformance.ts';
import { schema } from '../../tls/schema.ts';
import { protocol } from '../module.ts';

/** Of the fields that all carriers of TLS share, those that QUIC shows. */
const shown = [
  ...[
    'tls.version',
    'tls.version_protocol',
    'tls.cipher',
    'tls.curve',
    'tls.established',
    'tls.resumed',
    'tls.resumption',
    'tls.server.ja3s',
  ],
  ...['server_name', 'ja3', 'ja4', 'alpn', 'supported_versions', 'supported_ciphers', 'supported_groups'].map(
    (name) => `tls.client.${name}`,
  ),
  ...['tls.client.early_data', 'tls.client.encrypted_client_hello'],
  ...['quic.version', 'quic.client.initial_dcid', 'quic.client.scid', 'quic.server.scid'],
];
const hidden = Object.keys(schema.fields).filter((name) => !shown.includes(name));

conformance(protocol, {
  folder: new URL('..', import.meta.url),
  notInFixtures: Object.fromEntries(
    hidden.map((name) => [name, 'encrypted in QUIC, or of TLS before 1.3, or not spoken by the peers of the fixtures']),
  ),
});
