import type { ProtocolModule } from '../sdk/module.ts';
import { IcmpPackets } from './analyzer.ts';
import { IpProtocolNumber } from './ip-protocols.ts';
import { schema } from './schema.ts';
import { view } from './view.ts';

/** The internet control message protocol, and that of IPv6. */
export const protocol: ProtocolModule = {
  name: 'icmp',
  schema,
  view,
  packet: {
    ipProtocols: [IpProtocolNumber.icmp, IpProtocolNumber.icmpv6],
    open: (flow, ipProtocol) => new IcmpPackets(flow, ipProtocol),
  },
};
