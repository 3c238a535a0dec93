import type { Protocol } from '../sdk/module.ts';
import { detectDatagram, detectStream } from './detect.ts';
import { LdapStartTls } from './start-tls.ts';

export const protocol: Protocol = {
  name: 'ldap',
  stream: { detect: detectStream, open: (flow) => new LdapStartTls(flow) },
  datagram: { detect: detectDatagram },
};
