import type { Protocol } from '../sdk/module.ts';
import { detectDatagram, mayBegin } from './detect.ts';

export const protocol: Protocol = { name: 'sflow', datagram: { detect: detectDatagram, mayBegin } };
