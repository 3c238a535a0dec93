import type { ProtocolModule } from '../sdk/module.ts';
import { PostgresqlAnalyzer } from './analyzer.ts';
import { detectStream } from './detect.ts';
import { schema } from './schema.ts';
import { view } from './view.ts';

/** The frontend/backend protocol of PostgreSQL, versions 3.0 and 3.2, and of what speaks it too. */
export const protocol: ProtocolModule = {
  name: 'postgresql',
  schema,
  view,
  stream: { detect: detectStream, open: (flow) => new PostgresqlAnalyzer(flow) },
};
