import type { Protocol } from '../sdk/module.ts';
import { detectStream } from './detect.ts';
import { SocksHandshake } from './handshake.ts';

export const protocol: Protocol = { name: 'socks', stream: { detect: detectStream, open: (flow) => new SocksHandshake(flow) } };
