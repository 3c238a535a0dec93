import type { Protocol } from '../sdk/module.ts';
import { detectStream, detectDatagram } from './detect.ts';

export const protocol: Protocol = { name: 'sip', stream: { detect: detectStream }, datagram: { detect: detectDatagram } };
