// Written by libs/protocols/registry/generate.ts from the folders beside it. Do not edit.
import type { Protocol, ProtocolModule } from '../../sdk/module.ts';
import { protocol as dns } from '../../dns/module.ts';
import { protocol as http } from '../../http/module.ts';
import { protocol as tls } from '../../tls/module.ts';

export const modules: readonly (Protocol | ProtocolModule)[] = [dns, http, tls];
