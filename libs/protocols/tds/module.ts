import type { Protocol } from '../sdk/module.ts';
import { detectStream, mayBegin } from './detect.ts';

export const protocol: Protocol = { name: 'tds', stream: { detect: detectStream, mayBegin } };
