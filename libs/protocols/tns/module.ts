import type { Protocol } from '../sdk/module.ts';
import { detectStream, mayBegin } from './detect.ts';

export const protocol: Protocol = { name: 'tns', stream: { detect: detectStream, mayBegin } };
