import { LineWatcher } from '../sdk/line-watcher.ts';
import type { Protocol } from '../sdk/module.ts';
import { detectStream, mayBegin } from './detect.ts';

/** RFC 4217, section 4: AUTH TLS, then 234. */
const startTls = {
  asks: (line: string) => /^AUTH (TLS|TLS-C|SSL|TLS-P)$/i.test(line.trim()),
  answers: (line: string) => (line.startsWith('234') ? true : /^[45]\d\d/.test(line) ? false : undefined),
};

export const protocol: Protocol = {
  name: 'ftp',
  stream: { detect: detectStream, mayBegin, open: (flow) => new LineWatcher(flow, startTls) },
};
