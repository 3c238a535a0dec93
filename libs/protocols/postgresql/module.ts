import type { Protocol } from '../sdk/module.ts';
import { detectStream } from './detect.ts';
import { PostgresqlTlsRequest } from './tls-request.ts';

export const protocol: Protocol = { name: 'postgresql', stream: { detect: detectStream, open: (flow) => new PostgresqlTlsRequest(flow) } };
