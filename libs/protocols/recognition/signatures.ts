import * as chat from './chat.ts';
import * as databases from './databases.ts';
import * as directories from './directories.ts';
import * as machines from './machines.ts';
import * as mail from './mail.ts';
import * as services from './services.ts';
import type { Signature } from './signature.ts';

/** Every protocol that is recognised without being parsed. */
export const signatures: readonly Signature[] = [chat, databases, directories, machines, mail, services].flatMap((file) =>
  Object.values(file),
);
