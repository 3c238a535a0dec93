import { LineWatcher } from '../sdk/line-watcher.ts';
import type { Protocol } from '../sdk/module.ts';
import { detectStream, mayBegin } from './detect.ts';

/** STARTTLS, then the numeric 670 (691 refuses). */
const startTls = {
  asks: (line: string) => line.trim().toUpperCase() === 'STARTTLS',
  answers: (line: string) => (/^(:\S+ )?670\b/.test(line) ? true : /^(:\S+ )?691\b/.test(line) ? false : undefined),
};

export const protocol: Protocol = {
  name: 'irc',
  stream: { detect: detectStream, mayBegin, open: (flow) => new LineWatcher(flow, startTls) },
};
