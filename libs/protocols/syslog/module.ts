import type { Protocol } from '../sdk/module.ts';
import { detectDatagram, detectStream, mayBeginDatagram, mayBeginStream } from './detect.ts';

export const protocol: Protocol = {
  name: 'syslog',
  stream: { detect: detectStream, mayBegin: mayBeginStream },
  datagram: { detect: detectDatagram, mayBegin: mayBeginDatagram },
};
