import type { ProtocolModule } from '../sdk/module.ts';
import { NtpDatagrams } from './analyzer.ts';
import { detectDatagram } from './detect.ts';
import { schema } from './schema.ts';
import { view } from './view.ts';

/** The network time protocol, versions 1 to 4, with its control and private messages. */
export const protocol: ProtocolModule = {
  name: 'ntp',
  schema,
  view,
  datagram: { detect: detectDatagram, open: (flow) => new NtpDatagrams(flow) },
};
