import { createServer } from 'node:http';
import http2 from 'node:http2';
import { createRequire } from 'node:module';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import type { SearchAnswer } from '@orbweaver/contracts/http/search.ts';
import type { StatusAnswer } from '@orbweaver/contracts/http/status.ts';
import { explainOpenError } from '@orbweaver/platform/capture/cap.ts';
import { withoutPort } from '../live/own-traffic.ts';
import { startTestServer, type TestServer } from './test-server.ts';

/** The right to capture, and the compiled binding. Without them there is nothing to try but the messages. */
function canCapture(): boolean {
  try {
    createRequire(import.meta.url)('cap');
    return process.platform === 'linux' && process.getuid?.() === 0;
  } catch {
    return false;
  }
}

const servers: TestServer[] = [];
afterAll(async () => {
  for (const server of servers) await server.stop();
});

async function start(flags: Record<string, unknown>): Promise<TestServer> {
  const server = await startTestServer(flags);
  servers.push(server);
  return server;
}
const live = async (server: TestServer) => ((await server.get('status')) as StatusAnswer).live;

test.runIf(canCapture())('a_request_on_the_loopback_is_found_without_its_secrets_while_it_captures', { timeout: 60_000 }, async () => {
  const web = createServer((_request, response) => response.end('hello')).listen(0, '127.0.0.1');
  await once(web, 'listening');
  const { port } = web.address() as AddressInfo;
  const server = await start({ interface: 'lo', captureFilter: `tcp port ${String(port)}` });
  await expect
    .poll(
      async () => {
        await (
          await fetch(`http://127.0.0.1:${String(port)}/live?token=s3cret`, {
            headers: { authorization: 'Bearer s3cret', connection: 'close' },
          })
        ).text();
        return ((await (await server.post('search', { datasets: ['http'] })).json()) as SearchAnswer).records[0];
      },
      { timeout: 40_000, interval: 500 },
    )
    .toMatchObject({
      'url.original': '/live?token=***',
      'http.response.status_code': 200,
      'destination.port': port,
      'observer.ingress.interface.name': 'lo',
    });
  expect(await live(server)).toMatchObject({ interface: 'lo', dropped: 0 });
  const { records } = (await (await server.post('search', { datasets: ['http'] })).json()) as SearchAnswer;
  expect(JSON.stringify(records)).not.toContain('s3cret');
  web.close();
});

test.runIf(canCapture())('a_long_connection_is_read_on_while_its_flow_is_recorded_in_pieces', { timeout: 90_000 }, async () => {
  const calls = 12;
  const web = http2.createServer((_request, response) => response.end('hello')).listen(0, '127.0.0.1');
  await once(web, 'listening');
  const { port } = web.address() as AddressInfo;
  const server = await start({ interface: 'lo', captureFilter: `tcp port ${String(port)}`, captureActiveTimeout: '2s' });
  const search = async (query: string, datasets: string[]) =>
    ((await (await server.post('search', { query, datasets })).json()) as SearchAnswer).records;
  const call = async (session: http2.ClientHttp2Session, agent: string) => {
    const request = session.request({ ':path': '/orders', 'user-agent': agent });
    request.resume();
    await once(request, 'end');
  };
  const isCaptured = async () => {
    const first = http2.connect(`http://127.0.0.1:${String(port)}`);
    await call(first, 'first');
    first.close();
    return (await search('user_agent.original: first', ['http'])).length > 0;
  };
  await expect.poll(isCaptured, { timeout: 40_000, interval: 500 }).toBe(true);
  const session = http2.connect(`http://127.0.0.1:${String(port)}`);
  await once(session, 'connect');
  const { localPort } = session.socket;
  // From the second call on the agent is a number in the header table of the first.
  for (let i = 0; i < calls; i++) {
    await call(session, 'orderer');
    await setTimeout(700);
  }
  session.close();
  await once(session, 'close');
  const query = `source.port: ${String(localPort)}`;
  await expect
    .poll(async () => (await search(query, ['flow'])).some((record) => record['flow.end_reason'] === 'fin'), { timeout: 40_000 })
    .toBe(true);
  const agents = (await search(query, ['http'])).map((record) => record['user_agent.original']);
  expect(agents).toEqual(Array.from({ length: calls }, () => 'orderer'));
  const pieces = (await search(query, ['flow'])).toSorted((a, b) => (a['@timestamp'] < b['@timestamp'] ? -1 : 1));
  expect(pieces.length).toBeGreaterThan(2);
  const first = pieces[0]!['flow.id'];
  expect(pieces.slice(1).map((record) => record['flow.root_id'])).toEqual(pieces.slice(1).map(() => first));
  web.close();
});

test.runIf(canCapture())('an_interface_that_is_not_there_is_named_and_the_server_goes_on', { timeout: 60_000 }, async () => {
  const server = await start({ interface: 'nowhere0' });
  await expect
    .poll(async () => (await live(server))?.message, { timeout: 30_000 })
    .toMatch(/no network interface nowhere0; there are: .*lo/);
});

test.runIf(canCapture())('what_goes_through_the_servers_own_port_is_not_captured', { timeout: 60_000 }, async () => {
  const web = createServer((_request, response) => response.end('hello')).listen(0, '127.0.0.1');
  await once(web, 'listening');
  const { port } = web.address() as AddressInfo;
  const server = await start({ interface: 'lo' });
  const ports = async () => {
    await (await fetch(`http://127.0.0.1:${String(port)}/`, { headers: { connection: 'close' } })).text();
    const { records } = (await (await server.post('search', { datasets: ['http'], size: 1000 })).json()) as SearchAnswer;
    return new Set(records.map((record) => record['destination.port']));
  };
  await expect.poll(ports, { timeout: 40_000, interval: 500 }).toContain(port);
  expect(await ports()).not.toContain(Number(new URL(server.server.url).port));
  web.close();
});

test('a_filter_of_the_users_still_holds', () => {
  expect(withoutPort('udp or tcp port 80', 7280)).toBe('(udp or tcp port 80) and not tcp port 7280');
});

test('a_missing_right_is_named_with_how_to_give_it', () => {
  const text = explainOpenError(
    new Error("lo: You don't have permission to perform this capture on that device (socket: Operation not permitted)"),
    'lo',
    [],
  );
  expect(text).toContain('CAP_NET_RAW');
  expect(text).toContain(`setcap cap_net_raw,cap_net_admin+ep ${process.execPath}`);
});
