import { LineWatcher } from '../sdk/line-watcher.ts';
import type { Protocol } from '../sdk/module.ts';
import { detectStream } from './detect.ts';

/** RFC 3207, section 4: STARTTLS, then 220. */
const startTls = {
  asks: (line: string) => line.trim().toUpperCase() === 'STARTTLS',
  answers: (line: string) => (line.startsWith('220') ? true : /^[45]\d\d/.test(line) ? false : undefined),
};

export const protocol: Protocol = { name: 'smtp', stream: { detect: detectStream, open: (flow) => new LineWatcher(flow, startTls) } };
