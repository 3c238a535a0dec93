import type { Protocol } from '../sdk/module.ts';
import { detectDatagram, detectStream, mayBegin } from './detect.ts';

export const protocol: Protocol = {
  name: 'enip',
  stream: { detect: detectStream, mayBegin },
  datagram: { detect: detectDatagram, mayBegin },
};
