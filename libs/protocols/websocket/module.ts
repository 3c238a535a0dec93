import type { ProtocolModule } from '../sdk/module.ts';
import { WebSocketAnalyzer } from './analyzer.ts';
import { detect } from './detect.ts';
import { schema } from './schema.ts';
import { view } from './view.ts';

export const protocol: ProtocolModule = {
  name: 'websocket',
  schema,
  view,
  stream: { detect, open: (flow, facts) => new WebSocketAnalyzer(flow, facts) },
};
