/** One of the shop's visitors: `client.ts FOLDER`. Does what its parent tells it, one errand at a time. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent as PlainAgent, request as plainRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';

const [folder = ''] = process.argv.slice(2);
const ca = readFileSync(join(folder, 'ca.pem'));
const site = 'www.shop.example';
let serial = 0;
let styleKnown = false;

/** What a visitor can be told to do. */
export interface Errand {
  readonly kind: 'browse' | 'buy' | 'account' | 'command' | 'knock';
  readonly product?: number;
  readonly card?: string;
  readonly userAgent?: string;
  /** Of `command`: program and arguments. */
  readonly words?: readonly string[];
  /** Of `knock`: an address and a port to try. */
  readonly host?: string;
  readonly port?: number;
}

process.on('message', (errand: Errand) => void perform(errand).finally(() => process.send?.('done')));
process.on('SIGTERM', () => process.exit(0));
process.send?.('ready');

async function perform(errand: Errand): Promise<void> {
  switch (errand.kind) {
    case 'browse':
      return browse(errand);
    case 'buy':
      return buy(errand);
    case 'account':
      return account(errand);
    case 'command':
      return new Promise((resolve) => void execFile(errand.words![0]!, errand.words!.slice(1), { timeout: 4000 }, () => resolve()));
    case 'knock':
      return knock(errand.host!, errand.port!);
  }
}

async function browse({ product = 1, userAgent = 'none' }: Errand): Promise<void> {
  const agent = new PlainAgent({ keepAlive: true, maxSockets: 3 });
  const get = (path: string, headers: Record<string, string> = {}): Promise<string> =>
    send({
      host: site,
      path,
      agent,
      headers: {
        'user-agent': userAgent,
        'accept-encoding': 'gzip',
        referer: `http://${site}/`,
        cookie: 'session=s3cr3t-but-made-up; theme=dark',
        ...headers,
      },
    });
  await get('/');
  await Promise.all([get('/style.css', styleKnown ? { 'if-none-match': '"style-7"' } : {}), get(`/img/${product}.png`)]);
  styleKnown = true;
  await get(`/products/${product}`);
  agent.destroy();
}

async function buy({ product = 1, card = '4111111111111111', userAgent = 'none' }: Errand): Promise<void> {
  const agent = new PlainAgent({ keepAlive: true });
  const headers = { 'user-agent': userAgent, accept: 'application/json' };
  await send(
    { host: site, path: '/cart', method: 'POST', agent, headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' } },
    `product=${product}`,
  );
  await send(
    { host: site, path: '/checkout', method: 'POST', agent, headers: { ...headers, 'content-type': 'application/json' } },
    JSON.stringify({ card, name: 'A. Weaver' }),
  );
  agent.destroy();
}

async function account({ userAgent = 'none' }: Errand): Promise<void> {
  const agent = new SecureAgent({ ca, keepAlive: false });
  await send({ host: site, path: '/account', headers: { 'user-agent': userAgent } });
  await send({ host: site, port: 443, path: '/account', agent, headers: { 'user-agent': userAgent } });
}

function send(options: RequestOptions, body = ''): Promise<string> {
  const headers = {
    ...options.headers,
    'x-request-id': `${process.pid}-${++serial}`,
    ...(body && { 'content-length': Buffer.byteLength(body) }),
  };
  return new Promise((resolve) => {
    const received = (response: IncomingMessage): void => void response.on('end', () => resolve('')).resume();
    const outgoing =
      options.port === 443 ? secureRequest({ ...options, headers }, received) : plainRequest({ ...options, headers }, received);
    outgoing.setTimeout(4000, () => outgoing.destroy());
    outgoing.on('error', (error) => resolve(error.message));
    outgoing.end(body);
  });
}

/** Opens a connection and closes it at once; waits a second for an answer. */
function knock(host: string, port: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1200 });
    const leave = (): void => {
      socket.destroy();
      resolve();
    };
    socket.on('connect', leave).on('error', leave).on('timeout', leave);
  });
}
