import type { ProtocolModule } from '../sdk/module.ts';
import { TlsAnalyzer } from './analyzer.ts';
import { detectTls } from './detect.ts';
import { schema } from './schema.ts';
import { view } from './view.ts';

/** SSL 2.0 to TLS 1.3 over a stream. */
export const protocol: ProtocolModule = {
  name: 'tls',
  schema,
  view,
  stream: { detect: detectTls, open: (flow) => new TlsAnalyzer(flow) },
};
