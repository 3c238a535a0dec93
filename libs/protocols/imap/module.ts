import { LineWatcher } from '../sdk/line-watcher.ts';
import type { Protocol } from '../sdk/module.ts';
import { detectStream, mayBegin } from './detect.ts';

/** RFC 9051, section 6.2.1: STARTTLS behind a tag, then OK behind the same. */
const startTls = {
  asks: (line: string) => /^\S+ STARTTLS$/i.test(line.trim()),
  answers: (line: string) => (/^[^*+ ]\S* OK\b/i.test(line) ? true : /^[^*+ ]\S* (NO|BAD)\b/i.test(line) ? false : undefined),
};

export const protocol: Protocol = {
  name: 'imap',
  stream: { detect: detectStream, mayBegin, open: (flow) => new LineWatcher(flow, startTls) },
};
