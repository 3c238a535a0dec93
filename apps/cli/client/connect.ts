import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { ClientError, type Server } from './server.ts';

export interface ServerOptions {
  readonly data: string;
  readonly server?: string;
}

/** Options of every command that talks to a server. */
export function serverOptions(command: Command): Command {
  return command
    .option('--data <folder>', 'data folder of the server on this machine (ORBWEAVER_DATA)', process.env['ORBWEAVER_DATA'] ?? './data')
    .option('--server <url>', 'a server elsewhere (ORBWEAVER_SERVER); its access token comes from ORBWEAVER_TOKEN');
}

/**
 * Where the server is, and the right to ask it: as told, or from what the server on this machine leaves in its data folder for
 * those who may read that. Throws `ClientError` if there is neither.
 */
export function connect({ data, server = process.env['ORBWEAVER_SERVER'] }: ServerOptions): Server {
  const token = process.env['ORBWEAVER_TOKEN'];
  if (server === undefined) {
    const running = readRunning(data);
    return { url: running.url.replace(/\/+$/, ''), token: token ?? running.access_token };
  }
  if (!/^https?:\/\//.test(server)) throw new ClientError(`--server: a URL such as http://127.0.0.1:7280 is expected, not "${server}"`);
  if (token === undefined) throw new ClientError('ORBWEAVER_TOKEN must hold an access token for a server named by --server');
  return { url: server.replace(/\/+$/, ''), token };
}

interface Running {
  readonly url: string;
  readonly access_token: string;
}

function readRunning(data: string): Running {
  const file = join(data, 'running.json');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES') throw new ClientError(`${file} may only be read by the user who runs the server`);
    throw new ClientError(`no server runs on ${resolve(data)}; start one with "orbweaver start", or name its folder with --data`);
  }
  const { url, access_token: token } = JSON.parse(text) as Partial<Running>;
  if (url === undefined || token === undefined) throw new ClientError(`${file} does not say where the server is`);
  return { url, access_token: token };
}
