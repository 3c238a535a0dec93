import type { ProtocolModule } from '../sdk/module.ts';
import { RedisAnalyzer } from './analyzer.ts';
import { detectStream, mayBegin } from './detect.ts';
import { schema } from './schema.ts';
import { view } from './view.ts';

/** Redis and its kin (Valkey, KeyDB, Dragonfly): RESP2, RESP3 and inline commands. */
export const protocol: ProtocolModule = {
  name: 'redis',
  schema,
  view,
  stream: {
    detect: detectStream,
    mayBegin,
    open: (flow) => new RedisAnalyzer(flow),
    resume: (flow, memory) => new RedisAnalyzer(flow, memory),
  },
};
