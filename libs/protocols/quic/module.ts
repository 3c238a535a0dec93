import type { ProtocolModule } from '../sdk/module.ts';
import { schema } from '../tls/schema.ts';
import { view } from '../tls/view.ts';
import { QuicAnalyzer } from './analyzer.ts';
import { detectQuic } from './detect.ts';

/** QUIC 1 and 2 and the drafts from 23 on, whose connections are told as the TLS handshakes that they begin with. */
export const protocol: ProtocolModule = {
  name: 'quic',
  schema,
  view,
  datagram: { detect: detectQuic, open: (flow) => new QuicAnalyzer(flow) },
};
