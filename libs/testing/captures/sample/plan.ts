import type { Errand } from './client.ts';
import { addressOf, silentAddress, type Host } from './hosts.ts';

/** What happens in one stretch of five seconds. */
export interface Stretch {
  readonly errands: readonly (readonly [Host, Errand])[];
  /** How the payments service is from here on. */
  readonly payments?: 'none' | 'slow' | 'down';
  /** The cable of this machine is pulled for a moment while the errands run. */
  readonly cut?: Host;
}

export const stretches = 84;
export const secondsEach = 5;

const agents: Record<'laptop' | 'tablet' | 'phone', string> = {
  laptop: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  tablet: 'Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
  phone: 'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36',
};

const visitors = Object.keys(agents) as (keyof typeof agents)[];

const command = (host: Host, ...words: string[]): readonly [Host, Errand] => [host, { kind: 'command', words }];
const curl = (...words: string[]): readonly [Host, Errand] =>
  command('partner', 'curl', '-sS', '-o', '/dev/null', '--max-time', '4', ...words);

/** Seven minutes of a small shop: an ordinary morning, a payments outage in the fourth minute with a storm of retries, slow minutes after it, and peace again. */
export function planOf(stretch: number, folder: string): Stretch {
  const visitor = visitors[stretch % visitors.length]!;
  const other = visitors[(stretch + 1) % visitors.length]!;
  const errands: (readonly [Host, Errand])[] = [[visitor, { kind: 'browse', product: 1 + (stretch % 10), userAgent: agents[visitor] }]];
  if (stretch % 3 === 1)
    errands.push([
      other,
      {
        kind: 'buy',
        product: 1 + (stretch % 9),
        card: stretch % 12 === 4 ? '4111111111111110' : '4111111111111111',
        userAgent: agents[other],
      },
    ]);
  if (stretch % 9 === 5) errands.push([other, { kind: 'account', userAgent: agents[other] }]);
  errands.push(...chores(stretch, folder));
  const busy = stretch >= 36 && stretch < 52;
  if (busy && stretch % 3 !== 1) errands.push([other, { kind: 'buy', product: 3, userAgent: agents[other] }]);
  return { errands, ...(troubles[stretch] && { payments: troubles[stretch] }), ...(cuts[stretch] && { cut: cuts[stretch] }) };
}

const troubles: Record<number, 'none' | 'slow' | 'down'> = { 36: 'down', 44: 'slow', 52: 'none' };
const cuts: Record<number, Host> = { 22: 'payments', 64: 'web' };

/** What partners and operators do beside. */
function chores(stretch: number, folder: string): (readonly [Host, Errand])[] {
  const site = 'http://www.shop.example';
  const safe = ['--cacert', `${folder}/ca.pem`];
  const errands = new Map<number, readonly [Host, Errand]>([
    [2, curl('-I', `${site}/healthz`)],
    [4, command('ops', 'ping', '-c', '3', '-i', '0.2', addressOf('payments'))],
    [7, curl(`${site}/admin/orders`)],
    [8, curl('-u', 'clerk:correct horse', `${site}/admin/orders`)],
    [11, curl(...safe, 'https://www.shop.example/search?q=loom')],
    [13, command('ops', 'dig', '+tries=1', 'policies.shop.internal', 'TXT')],
    [15, curl(`${site}/products/99`)],
    [17, command('ops', 'dig', '+tries=1', 'paymets.shop.internal')],
    [19, [visitors[0]!, { kind: 'buy', product: 99, userAgent: agents.laptop }]],
    [21, [`ops`, { kind: 'knock', host: addressOf('cart'), port: 6379 }]],
    [24, curl('-L', `${site}/shop`)],
    [27, [`ops`, { kind: 'knock', host: silentAddress, port: 443 }]],
    [29, command('ops', 'dig', '+tries=1', '-x', addressOf('web'))],
    [31, curl('-X', 'DELETE', 'http://cart.shop.internal:8080/carts/7')],
    [33, command('ops', 'dig', '+tries=1', 'www.shop.example', 'HTTPS')],
    [38, command('ops', 'ping', '-c', '4', '-i', '0.2', addressOf('payments'))],
    [40, curl('-I', 'http://payments.shop.internal:8080/healthz')],
    [47, curl(...safe, '--tls-max', '1.2', 'https://www.shop.example/search?q=yarn')],
    [50, command('ops', 'dig', '+tries=1', 'shop.example', 'MX')],
    [55, command('ops', 'dig', '+tries=1', 'elsewhere.example', 'A')],
    [57, curl(...safe, 'https://www.shop.example/admin/orders', '-u', 'clerk:correct horse')],
    [60, command('ops', 'ping', '-c', '2', '-i', '0.3', addressOf('dns'))],
    [66, curl(`${site}/search?q=dye&password=hunter2&api_key=made-up`)],
    [68, [`ops`, { kind: 'knock', host: addressOf('web'), port: 22 }]],
    [71, command('ops', 'dig', '+tries=1', '_http._tcp.shop.internal', 'SRV')],
    [74, curl('-k', '--resolve', `unknown.example:443:${addressOf('web')}`, 'https://unknown.example/')],
    [77, curl('--cacert', '/dev/null', 'https://www.shop.example/')],
    [79, command('ops', 'dig', '+tries=1', '+tcp', 'api.shop.internal', 'A')],
  ]);
  const errand = errands.get(stretch);
  return errand === undefined ? [] : [errand];
}
