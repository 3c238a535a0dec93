import { conformance } from '../../sdk/conformance/conformance.ts';
import { protocol } from '../module.ts';

const names = ['http2.stream.id', 'http2.pushed', 'http2.error_code', 'http2.hidden_headers'];

conformance(protocol, {
  folder: new URL('..', import.meta.url),
  notInFixtures: Object.fromEntries(names.map((name) => [name, 'HTTP/2 shares the dataset'])),
});
