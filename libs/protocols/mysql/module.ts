import type { ProtocolModule } from '../sdk/module.ts';
import { MysqlAnalyzer } from './analyzer.ts';
import { detectStream } from './detect.ts';
import { schema } from './schema.ts';
import { view } from './view.ts';

/** The client/server protocol of MySQL and MariaDB, from 4.1 on, and the sign-in of what is older. */
export const protocol: ProtocolModule = {
  name: 'mysql',
  schema,
  view,
  stream: { detect: detectStream, open: (flow) => new MysqlAnalyzer(flow) },
};
