import type { DatasetSchema, Field } from '@orbweaver/contracts/records/schema.ts';

type Fields = Readonly<Record<string, Field>>;

/** The same fields for the server's certificate and for the client's. Certificates are in the clear up to TLS 1.2 only. */
function certificateFields(side: 'server' | 'client'): Fields {
  const whose = side === 'server' ? 'Server' : 'Client';
  const certificate = `the ${side}'s certificate`;
  const prefix = `tls.${side}`;
  return {
    [`${prefix}.subject`]: {
      type: 'keyword',
      label: `${whose} subject`,
      help: `Distinguished name that ${certificate} is for (RFC 4514).`,
      example: `CN=${side}.example.org,O=Example,C=DE`,
    },
    [`${prefix}.issuer`]: {
      type: 'keyword',
      label: `${whose} issuer`,
      help: `Distinguished name of who signed ${certificate} (RFC 4514).`,
      example: 'CN=Example CA,O=Example,C=DE',
    },
    [`${prefix}.not_before`]: {
      type: 'date',
      label: `${whose} valid from`,
      help: `First second in which ${certificate} is valid.`,
      example: '2026-01-01T00:00:00Z',
    },
    [`${prefix}.not_after`]: {
      type: 'date',
      label: `${whose} valid to`,
      help: `Last second in which ${certificate} is valid.`,
      example: '2026-04-01T00:00:00Z',
    },
    [`${prefix}.hash.sha1`]: { type: 'keyword', label: `${whose} SHA-1`, help: `SHA-1 of ${certificate}, lower-case hexadecimal.` },
    [`${prefix}.hash.sha256`]: { type: 'keyword', label: `${whose} SHA-256`, help: `SHA-256 of ${certificate}, lower-case hexadecimal.` },
    [`${prefix}.x509.serial_number`]: {
      type: 'keyword',
      label: `${whose} serial number`,
      help: `Serial number of ${certificate}, upper-case hexadecimal.`,
      example: '0A1B2C3D',
    },
    [`${prefix}.x509.alternative_names`]: {
      type: 'keyword',
      many: true,
      label: `${whose} alternative names`,
      help: `Host names, addresses, mail addresses and URIs that ${certificate} is also for; the first 1000.`,
      example: 'www.example.org',
    },
    [`${prefix}.x509.signature_algorithm`]: {
      type: 'keyword',
      label: `${whose} signature`,
      help: `Algorithm with which ${certificate} is signed.`,
      example: 'sha256WithRSAEncryption',
    },
    [`${prefix}.x509.public_key_algorithm`]: {
      type: 'keyword',
      label: `${whose} key`,
      help: `Algorithm of the key in ${certificate}.`,
      example: 'RSA',
    },
    [`${prefix}.x509.public_key_size`]: {
      type: 'integer',
      label: `${whose} key size`,
      help: `Bits of the key in ${certificate}.`,
      example: 2048,
    },
    [`${prefix}.x509.public_key_curve`]: {
      type: 'keyword',
      label: `${whose} key curve`,
      help: `Curve of the elliptic-curve key in ${certificate}.`,
      example: 'secp256r1',
    },
    [`${prefix}.certificate_count`]: {
      type: 'integer',
      label: `${whose} chain length`,
      help: `Certificates that the ${side} sent, its own and those above it; 0 if it was to show one and had none.`,
      example: 3,
    },
  };
}

const negotiated: Fields = {
  'tls.version': {
    type: 'keyword',
    label: 'Version',
    help: 'Version that the server chose; 3.0 and 2.0 are those of SSL.',
    example: '1.3',
  },
  'tls.version_protocol': { type: 'keyword', label: 'Version of', help: 'tls, ssl or dtls.', example: 'tls' },
  'tls.version_draft': {
    type: 'keyword',
    label: 'Draft',
    help: 'Which draft or experiment, if the version was not yet a standard.',
    example: 'draft-23',
  },
  'tls.cipher': {
    type: 'keyword',
    label: 'Cipher',
    help: 'Cipher suite that the server chose, by its IANA name.',
    example: 'TLS_AES_128_GCM_SHA256',
  },
  'tls.curve': { type: 'keyword', label: 'Group', help: 'Curve or other group of the key exchange, by its IANA name.', example: 'x25519' },
  'tls.next_protocol': {
    type: 'keyword',
    label: 'ALPN',
    help: 'Application protocol that the server chose (ALPN, in the clear up to TLS 1.2).',
    example: 'h2',
  },
  'tls.established': {
    type: 'boolean',
    label: 'Established',
    help: 'The handshake was seen to succeed: both sides finished. Absent where only one side was seen, or with holes, and nothing proves it; over QUIC false where an Initial packet closed the connection, else absent.',
    example: true,
  },
  'tls.resumed': {
    type: 'boolean',
    label: 'Resumed',
    help: 'An earlier session was taken up again. Known once the server answered.',
    example: false,
  },
  'tls.resumption': {
    type: 'keyword',
    label: 'Resumed by',
    help: 'How: session_id, ticket (up to TLS 1.2) or psk (TLS 1.3).',
    example: 'ticket',
  },
  'tls.session_id': {
    type: 'keyword',
    label: 'Session id',
    help: 'Session id that the server gave or took up again (up to TLS 1.2), hexadecimal.',
  },
  'tls.hello_retry': {
    type: 'boolean',
    label: 'Hello retry',
    help: 'The server asked for another ClientHello; JA3 and JA4 are of the first one.',
    example: true,
  },
  'tls.incomplete': {
    type: 'boolean',
    label: 'Incomplete',
    help: 'A part of the handshake in the clear is missing from the capture, malformed or past a limit, so fields may be missing.',
    example: true,
  },
  'tls.anomalies': {
    type: 'keyword',
    many: true,
    label: 'Anomalies',
    help: 'answered-without-tls: what came first from the server is no TLS, such as the page or the greeting of a server of something else, and the client went no further.',
    example: 'answered-without-tls',
  },
  'tls.alert.description': {
    type: 'keyword',
    label: 'Alert',
    help: 'Alert in the clear before the handshake was done: the first fatal one, else the last.',
    example: 'handshake_failure',
  },
  'tls.alert.level': { type: 'keyword', label: 'Alert level', help: 'warning or fatal.', example: 'fatal' },
  'tls.alert.sender': { type: 'keyword', label: 'Alert from', help: 'client or server.', example: 'server' },
};

const offered: Fields = {
  'tls.client.server_name': {
    type: 'keyword',
    label: 'Server name',
    help: 'Host that the client asked for (SNI), as sent.',
    example: 'www.example.org',
  },
  'tls.client.ja3': { type: 'keyword', label: 'JA3', help: 'MD5 fingerprint of the ClientHello, GREASE left out.' },
  'tls.client.ja4': {
    type: 'keyword',
    label: 'JA4',
    help: 'JA4 fingerprint of the ClientHello.',
    example: 't13d1516h2_8daaf6152771_e5627efa2ab1',
  },
  'tls.client.supported_versions': {
    type: 'keyword',
    many: true,
    label: 'Versions offered',
    help: 'Versions that the client listed; before TLS 1.3 the highest that it speaks.',
    example: '1.3',
  },
  'tls.client.supported_ciphers': {
    type: 'keyword',
    many: true,
    label: 'Ciphers offered',
    help: 'Cipher suites in the order of the client, GREASE left out.',
    example: 'TLS_AES_128_GCM_SHA256',
  },
  'tls.client.supported_groups': {
    type: 'keyword',
    many: true,
    label: 'Groups offered',
    help: 'Groups for the key exchange in the order of the client, GREASE left out.',
    example: 'x25519',
  },
  'tls.client.alpn': {
    type: 'keyword',
    many: true,
    label: 'ALPN offered',
    help: 'Application protocols that the client offered, best first.',
    example: 'h2',
  },
  'tls.client.early_data': {
    type: 'boolean',
    label: 'Early data',
    help: 'The client offered data before the handshake is done (0-RTT).',
    example: true,
  },
  'tls.client.grease': {
    type: 'boolean',
    label: 'GREASE',
    help: 'The ClientHello holds GREASE values (RFC 8701), as browsers send them.',
    example: true,
  },
  'tls.client.encrypted_client_hello': {
    type: 'boolean',
    label: 'ECH',
    help: 'The ClientHello carries an encrypted one, or pretends to; the server name may not be the true one.',
    example: true,
  },
  'tls.client.certificate_requested': {
    type: 'boolean',
    label: 'Client certificate asked',
    help: 'The server asked for a client certificate (up to TLS 1.2).',
  },
};

const quic: Fields = {
  'quic.version': {
    type: 'keyword',
    label: 'QUIC version',
    help: 'Version of QUIC that was spoken: 1, 2, or the name of the draft.',
    example: '1',
  },
  'quic.client.initial_dcid': {
    type: 'keyword',
    label: 'First destination id',
    help: 'Connection id that the client gave the server in its first Initial packet, hexadecimal.',
  },
  'quic.client.scid': {
    type: 'keyword',
    label: 'Client connection id',
    help: 'Connection id that the client chose for itself, hexadecimal.',
  },
  'quic.server.scid': {
    type: 'keyword',
    label: 'Server connection id',
    help: 'Connection id that the server chose for itself, hexadecimal.',
  },
};

export const schema: DatasetSchema = {
  dataset: 'tls',
  title: 'TLS',
  record: 'one handshake',
  fields: {
    ...negotiated,
    ...offered,
    'tls.server.ja3s': { type: 'keyword', label: 'JA3S', help: 'MD5 fingerprint of the ServerHello.' },
    ...certificateFields('server'),
    ...certificateFields('client'),
    ...quic,
  },
};
