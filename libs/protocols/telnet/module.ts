import type { Protocol } from '../sdk/module.ts';
import { detectStream, mayBegin } from './detect.ts';

export const protocol: Protocol = { name: 'telnet', stream: { detect: detectStream, mayBegin } };
