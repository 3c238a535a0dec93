import type { Protocol } from '../sdk/module.ts';
import { detectStream } from './detect.ts';
import { RdpNegotiation } from './negotiation.ts';

export const protocol: Protocol = { name: 'rdp', stream: { detect: detectStream, open: (flow) => new RdpNegotiation(flow) } };
