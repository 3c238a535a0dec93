import type { ProtocolModule } from '../sdk/module.ts';
import { SshAnalyzer } from './analyzer.ts';
import { detectStream, mayBegin } from './detect.ts';
import { schema } from './schema.ts';
import { view } from './view.ts';

/** Secure Shell, 2 and 1: what it says in the clear, and what the sizes of the rest tell. */
export const protocol: ProtocolModule = {
  name: 'ssh',
  schema,
  view,
  stream: { detect: detectStream, mayBegin, open: (flow) => new SshAnalyzer(flow) },
};
