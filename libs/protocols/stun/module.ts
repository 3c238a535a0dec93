import type { Protocol } from '../sdk/module.ts';
import { detectDatagram } from './detect.ts';
import { StunWatcher } from './watcher.ts';

export const protocol: Protocol = { name: 'stun', datagram: { detect: detectDatagram, open: (flow) => new StunWatcher(flow) } };
