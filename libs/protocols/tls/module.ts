import { ClearWords } from '../sdk/clear-words.ts';
import type { ProtocolModule } from '../sdk/module.ts';
import { TlsAnalyzer } from './analyzer.ts';
import { detectTls } from './detect.ts';
import { DtlsAnalyzer } from './dtls/analyzer.ts';
import { detectDtls } from './dtls/detect.ts';
import { schema } from './schema.ts';
import { view } from './view.ts';

/** SSL 2.0 to TLS 1.3 over a stream, DTLS 1.0 to 1.3 in datagrams. */
export const protocol: ProtocolModule = {
  name: 'tls',
  schema,
  view,
  stream: {
    detect: detectTls,
    open: (flow, facts) => new TlsAnalyzer(flow, facts instanceof ClearWords ? { clearWords: facts } : {}),
    resume: (flow, memory) => new TlsAnalyzer(flow, { memory }),
  },
  datagram: { detect: detectDtls, open: (flow) => new DtlsAnalyzer(flow) },
};
