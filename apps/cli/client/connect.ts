import type { Command } from 'commander';
import type { Server } from './server.ts';
export interface ServerOptions {
  readonly server?: string;
  readonly token?: string;
}
export function serverOptions(command: Command): Command {
  return command;
}
export async function connect(_: ServerOptions): Promise<Server> {
  throw new Error('x');
}
