import { LineWatcher } from '../sdk/line-watcher.ts';
import type { Protocol } from '../sdk/module.ts';
import { detectStream, mayBegin } from './detect.ts';

/** RFC 2595, section 4: STLS, then +OK. */
const startTls = {
  asks: (line: string) => line.trim().toUpperCase() === 'STLS',
  answers: (line: string) => (line.startsWith('+OK') ? true : line.startsWith('-ERR') ? false : undefined),
};

export const protocol: Protocol = {
  name: 'pop3',
  stream: { detect: detectStream, mayBegin, open: (flow) => new LineWatcher(flow, startTls) },
};
