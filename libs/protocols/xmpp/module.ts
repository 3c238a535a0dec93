import { LineWatcher } from '../sdk/line-watcher.ts';
import type { Protocol } from '../sdk/module.ts';
import { detectStream, mayBegin } from './detect.ts';

/** RFC 6120, section 5.4: `<starttls/>`, then `<proceed/>`. What ends an element is what ends a line elsewhere. */
const startTls = {
  terminator: 0x3e,
  asks: (element: string) => element.trimStart().startsWith('<starttls'),
  answers: (element: string) =>
    element.trimStart().startsWith('<proceed') ? true : element.trimStart().startsWith('<failure') ? false : undefined,
};

export const protocol: Protocol = {
  name: 'xmpp',
  stream: { detect: detectStream, mayBegin, open: (flow) => new LineWatcher(flow, startTls) },
};
