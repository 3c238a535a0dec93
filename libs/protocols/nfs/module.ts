import type { Protocol } from '../sdk/module.ts';
import { detectDatagram, detectStream, mayBeginStream } from './detect.ts';

export const protocol: Protocol = {
  name: 'nfs',
  stream: { detect: detectStream, mayBegin: mayBeginStream },
  datagram: { detect: detectDatagram },
};
