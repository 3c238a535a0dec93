import type { Protocol } from '../sdk/module.ts';
import { detectDatagram, detectStream } from './detect.ts';
import { StunWatcher } from './watcher.ts';

export const protocol: Protocol = {
  name: 'stun',
  stream: { detect: detectStream },
  datagram: { detect: detectDatagram, open: (flow) => new StunWatcher(flow) },
};
