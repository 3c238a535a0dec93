/** One of the shop's services: `service.ts web|cart|payments|catalog FOLDER`. Listens, says so to its parent, and runs until it is told to stop. */
import { readFileSync } from 'node:fs';
import { Agent, createServer, request, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { servicePort } from './hosts.ts';
import { page, picture, products, style } from './goods.ts';

const [role = '', folder = ''] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, keepAliveMsecs: 2000 });

/** What the payments service suffers from at the moment. */
let trouble: 'none' | 'slow' | 'down' = 'none';
let orders = 1000;

interface Reply {
  readonly status: number;
  readonly body?: string | Buffer;
  readonly type?: string;
  readonly headers?: Record<string, string | string[]>;
}

const json = (status: number, value: unknown, headers: Record<string, string> = {}): Reply => ({
  status,
  body: JSON.stringify(value),
  type: 'application/json',
  headers,
});

type Handler = (call: { method: string; path: string; body: string; message: IncomingMessage }) => Reply | Promise<Reply>;

const web: Handler = async ({ method, path, body, message }) => {
  if (path === '/') return html(message, page('Weavers’ shop', products));
  if (path === '/style.css') return cached(message, style, 'text/css', '"style-7"');
  if (path.startsWith('/img/'))
    return {
      status: 200,
      body: picture(Number.parseInt(path.slice(5), 10)),
      type: 'image/png',
      headers: { 'cache-control': 'max-age=86400' },
    };
  if (path === '/shop') return { status: 301, headers: { location: '/' } };
  if (path === '/account') return { status: 302, headers: { location: 'https://www.shop.example/account' } };
  if (path === '/healthz') return { status: 200, body: 'ok\n', type: 'text/plain' };
  if (path === '/admin/orders') return admin(message);
  if (path.startsWith('/products/')) return product(message, path);
  if (path.startsWith('/search'))
    return json(
      200,
      products.filter(({ name }) => name.toLowerCase().includes(new URL(path, 'http://x').searchParams.get('q') ?? '')),
    );
  if (path === '/cart' && method === 'POST')
    return call(
      message,
      'cart',
      'POST',
      '/carts/7/items',
      JSON.stringify({ product: Number(new URLSearchParams(body).get('product')), quantity: 1 }),
    );
  if (path === '/checkout' && method === 'POST') return checkout(message, body);
  return html(message, page('Not found', []), 404);
};

async function product(message: IncomingMessage, path: string): Promise<Reply> {
  const found = await call(message, 'catalog', 'GET', path);
  return found.status === 200
    ? html(message, page((JSON.parse(String(found.body)) as { name: string }).name, products.slice(0, 3)))
    : html(message, page('No such product', []), found.status);
}

/** Reads the cart, charges the card, and tries again as often as it takes: what makes a bad minute worse. */
async function checkout(message: IncomingMessage, body: string): Promise<Reply> {
  const cart = await call(message, 'cart', 'GET', '/carts/7');
  const { total } = JSON.parse(String(cart.body)) as { total: number };
  const { card } = JSON.parse(body) as { card: string };
  for (let attempt = 1; ; attempt++) {
    const charge = await call(message, 'payments', 'POST', '/charges', JSON.stringify({ amount: total, currency: 'EUR', card, attempt }), {
      authorization: 'Bearer sk_made_up_0123456789',
      'idempotency-key': `order-${orders}`,
    });
    if (charge.status === 200) return json(201, { order: orders++, total }, { location: `/orders/${orders - 1}` });
    if (charge.status !== 503 || attempt === 6)
      return json(charge.status === 402 ? 402 : 502, { error: charge.status === 402 ? 'card declined' : 'payment is not available' });
  }
}

function admin(message: IncomingMessage): Reply {
  const authorized = message.headers.authorization === `Basic ${Buffer.from('clerk:correct horse').toString('base64')}`;
  return authorized
    ? json(200, { orders: [orders - 2, orders - 1] })
    : { status: 401, body: 'Who is there?\n', type: 'text/plain', headers: { 'www-authenticate': 'Basic realm="orders"' } };
}

const catalog: Handler = async ({ path }) => {
  const found = products.find(({ id }) => path === `/products/${id}`);
  await delay(2);
  return found === undefined
    ? json(404, { error: 'no such product' })
    : json(200, { ...found, description: `${found.name}, made by hand. `.repeat(12) });
};

const items: number[] = [];

const cart: Handler = ({ method, path, body }) => {
  if (path === '/carts/7/items' && method === 'POST') {
    const { product: id } = JSON.parse(body) as { product: number };
    if (!products.some((one) => one.id === id))
      return { status: 500, body: 'TypeError: cannot read price of undefined\n    at addItem (cart.js:42:17)\n', type: 'text/plain' };
    items.push(id);
    return json(201, { items });
  }
  if (path === '/carts/7' && method === 'GET')
    return json(200, { items, total: items.reduce((sum, id) => sum + products[id - 1]!.price, 0) });
  if (path === '/carts/7' && method === 'DELETE') {
    items.length = 0;
    return { status: 204 };
  }
  return json(404, { error: 'no such cart' });
};

const payments: Handler = async ({ method, body }) => {
  if (method !== 'POST') return { status: 405, headers: { allow: 'POST' } };
  const { amount, card, attempt } = JSON.parse(body) as { amount: number; card: string; attempt: number };
  if (trouble === 'down') return json(503, { error: 'upstream bank does not answer', attempt }, { 'retry-after': '1' });
  await delay(trouble === 'slow' ? 1800 + (amount % 400) : 25 + (amount % 30));
  return card.endsWith('0')
    ? json(402, { error: 'declined', reason: 'insufficient funds' })
    : json(200, { charge: `ch_${amount}_${card.slice(-4)}`, amount });
};

function html(message: IncomingMessage, text: string, status = 200): Reply {
  const wants = String(message.headers['accept-encoding'] ?? '').includes('gzip');
  const headers: Record<string, string | string[]> = {
    'set-cookie': [`session=${(orders * 7919).toString(36)}; HttpOnly; SameSite=Lax`, 'theme=light'],
  };
  return wants
    ? { status, body: gzipSync(text), type: 'text/html; charset=utf-8', headers: { ...headers, 'content-encoding': 'gzip' } }
    : { status, body: text, type: 'text/html; charset=utf-8', headers };
}

const cached = (message: IncomingMessage, body: string, type: string, etag: string): Reply =>
  message.headers['if-none-match'] === etag ? { status: 304, headers: { etag } } : { status: 200, body, type, headers: { etag } };

/** Asks another service, by name, over a kept connection. */
function call(
  cause: IncomingMessage,
  host: string,
  method: string,
  path: string,
  body = '',
  headers: Record<string, string> = {},
): Promise<Reply> {
  return new Promise((resolve) => {
    const trace = String(cause.headers['x-request-id'] ?? 'none');
    const outgoing = request(
      {
        host: `${host}.shop.internal`,
        port: servicePort,
        method,
        path,
        agent,
        headers: {
          ...headers,
          'user-agent': 'shop-web/3.2',
          'x-request-id': trace,
          ...(body && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
        },
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 502,
            body: Buffer.concat(parts),
            type: String(response.headers['content-type'] ?? 'text/plain'),
          }),
        );
      },
    );
    outgoing.on('error', () => resolve(json(502, { error: `${host} is not there` })));
    outgoing.end(body);
  });
}

function listener(handler: Handler): RequestListener {
  return (message, response) => void answer(handler, message, response);
}

async function answer(handler: Handler, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  const { status, body, type, headers } = await handler({
    method: message.method ?? '',
    path: message.url ?? '',
    body: Buffer.concat(parts).toString(),
    message,
  });
  response.writeHead(status, { server: `shop-${role}`, ...(type && { 'content-type': type }), ...headers });
  response.end(message.method === 'HEAD' ? undefined : body);
}

const handlers: Record<string, Handler> = { web, cart, payments, catalog };
const handler = handlers[role];
if (handler === undefined) throw new Error(`no such service: ${role}`);
createServer(listener(handler)).listen(role === 'web' ? 80 : servicePort, () => process.send?.('ready'));
if (role === 'web')
  createSecureServer({ key: readFileSync(join(folder, 'web.key')), cert: readFileSync(join(folder, 'web.pem')) }, listener(web)).listen(
    443,
  );
process.on('message', (told) => (trouble = told as typeof trouble));
process.on('SIGTERM', () => process.exit(0));
