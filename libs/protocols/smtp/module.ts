import type { ProtocolModule } from '../sdk/module.ts';
import { SmtpAnalyzer } from './analyzer.ts';
import { detectStream, mayBegin } from './detect.ts';
import { schema } from './schema.ts';
import { view } from './view.ts';

export const protocol: ProtocolModule = {
  name: 'smtp',
  schema,
  view,
  stream: { detect: detectStream, mayBegin, open: (flow) => new SmtpAnalyzer(flow) },
};
