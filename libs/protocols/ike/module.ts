import type { Protocol } from '../sdk/module.ts';
import { detectDatagram } from './detect.ts';

export const protocol: Protocol = { name: 'ike', datagram: { detect: detectDatagram } };
