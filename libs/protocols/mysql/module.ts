import type { Protocol } from '../sdk/module.ts';
import { detectStream } from './detect.ts';
import { MysqlTlsRequest } from './tls-request.ts';

export const protocol: Protocol = { name: 'mysql', stream: { detect: detectStream, open: (flow) => new MysqlTlsRequest(flow) } };
