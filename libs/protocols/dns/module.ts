import type { ProtocolModule } from '../sdk/module.ts';
import { DnsDatagrams, DnsStream } from './analyzer.ts';
import { detectDatagram, detectStream } from './detect.ts';
import { schema } from './schema.ts';
import { view } from './view.ts';

/** The domain name system and its kin: DNS over UDP and TCP, multicast DNS, LLMNR, the NetBIOS name service. */
export const protocol: ProtocolModule = {
  name: 'dns',
  schema,
  view,
  datagram: { detect: detectDatagram, open: (flow) => new DnsDatagrams(flow) },
  stream: { detect: detectStream, open: (flow) => new DnsStream(flow), resume: (flow, memory) => new DnsStream(flow, memory) },
};
