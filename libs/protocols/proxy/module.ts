import type { Protocol } from '../sdk/module.ts';
import { detectStream, mayBegin } from './detect.ts';
import { ProxyHeader } from './header.ts';

export const protocol: Protocol = {
  name: 'proxy',
  isPreamble: true,
  stream: { detect: detectStream, mayBegin, open: (flow) => new ProxyHeader(flow) },
};
