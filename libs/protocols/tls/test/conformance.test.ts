import { conformance } from '../../sdk/conformance/conformance.ts';
import { protocol } from '../module.ts';

conformance(protocol, {
  folder: new URL('..', import.meta.url),
  notInFixtures: {
    'tls.version_draft': 'no program that can still be had speaks a draft of TLS 1.3',
    'tls.incomplete': 'the fixtures are recorded without loss',
    'quic.version': 'of the QUIC fixtures',
    'quic.client.initial_dcid': 'of the QUIC fixtures',
    'quic.client.scid': 'of the QUIC fixtures',
    'quic.server.scid': 'of the QUIC fixtures',
  },
});
