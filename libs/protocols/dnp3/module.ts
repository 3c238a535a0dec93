import type { Protocol } from '../sdk/module.ts';
import { detectDatagram, detectStream, mayBegin } from './detect.ts';

export const protocol: Protocol = {
  name: 'dnp3',
  stream: { detect: detectStream, mayBegin },
  datagram: { detect: detectDatagram, mayBegin },
};
