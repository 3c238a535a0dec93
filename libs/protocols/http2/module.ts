import { schema } from '../http/schema.ts';
import { view } from '../http/view.ts';
import type { ProtocolModule } from '../sdk/module.ts';
import { Http2Analyzer } from './analyzer.ts';
import { detectStream, mayBegin } from './detect.ts';

/** Its records are those of the dataset `http`. */
export const protocol: ProtocolModule = {
  name: 'http2',
  schema,
  view,
  stream: { detect: detectStream, mayBegin, open: (flow, facts) => new Http2Analyzer(flow, facts) },
};
