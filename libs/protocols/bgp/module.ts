import type { Protocol } from '../sdk/module.ts';
import { detectStream, mayBegin } from './detect.ts';

export const protocol: Protocol = { name: 'bgp', stream: { detect: detectStream, mayBegin } };
