import { conformance } from '../../sdk/conformance/conformance.ts';
import { protocol } from '../module.ts';

conformance(protocol, {
  folder: new URL('..', import.meta.url),
  notInFixtures: {
    'http.response.status_phrase': 'HTTP/2 has none',
    'http.anomalies': 'the programs at hand send nothing odd',
    'http.request.truncated': 'Node ends a stream before it resets it',
  },
});
