import type { ProtocolModule } from '../sdk/module.ts';
import { DhcpDatagrams } from './analyzer.ts';
import { detectDatagram } from './detect.ts';
import { schema } from './schema.ts';
import { view } from './view.ts';

/** The dynamic host configuration protocol for IPv4, and BOOTP in its dress. */
export const protocol: ProtocolModule = {
  name: 'dhcp',
  schema,
  view,
  datagram: { detect: detectDatagram, open: (flow) => new DhcpDatagrams(flow) },
};
