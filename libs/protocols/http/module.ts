import type { ProtocolModule } from '../sdk/module.ts';
import { HttpAnalyzer } from './analyzer.ts';
import { detect, mayBegin } from './detect.ts';
import { schema } from './schema.ts';
import { view } from './view.ts';

export const protocol: ProtocolModule = {
  name: 'http',
  schema,
  view,
  stream: { detect, mayBegin, open: (flow) => new HttpAnalyzer(flow), resume: (flow, memory) => new HttpAnalyzer(flow, memory) },
};
