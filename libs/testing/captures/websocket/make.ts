/**
 * Records the fixtures of the WebSocket analyzer: `npx node libs/testing/captures/websocket/make.ts`, as root, with npm, Python 3 and tcpdump
 * installed. Afterwards `UPDATE_GOLDENS=1 npx vitest run libs/protocols/websocket` and a look at the diff. What the clients counted is printed.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { insideOwnNetwork } from '../own-network.ts';
import { record } from '../recorder.ts';
import { installTools } from '../tools.ts';

/** What is used of the package `ws`. */
interface Socket {
  binaryType: string;
  on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): void;
  once(event: string, listener: () => void): void;
  send(data: string | Uint8Array, options?: { fin?: boolean; binary?: boolean; compress?: boolean }): void;
  ping(data?: string): void;
  close(code?: number, reason?: string): void;
  terminate(): void;
}
interface SocketServer {
  address(): AddressInfo;
  on(event: 'connection', listener: (socket: Socket) => void): void;
}
interface Ws {
  new (url: string, protocols: string[], options: object): Socket;
  Server: new (options: object) => SocketServer;
}

const tools = installTools('websocket', ['ws@8.23.0'], ['websockets==17.4']);
insideOwnNetwork();
const WebSocketOfWs = createRequire(join(tools, 'package.json'))('ws') as Ws;
const fixture = (file: string): string => fileURLToPath(new URL(`../../../protocols/websocket/fixtures/${file}`, import.meta.url));
const url = 'ws://127.0.0.1:8080/rooms?id=7';

const echo = new WebSocketOfWs.Server({
  port: 8080,
  perMessageDeflate: { threshold: 0, serverNoContextTakeover: true },
  handleProtocols: (offered: Set<string>) => (offered.has('loom.v2') ? 'loom.v2' : false),
});
echo.on('connection', (socket) => {
  socket.on('message', (data, isBinary) => {
    if (String(data) === 'leave') socket.close(4001, 'gone to weave');
    else socket.send(data, { binary: isBinary });
  });
});

await record({ file: fixture('ws.pcap'), filter: 'tcp port 8080' }, async () => {
  await talk('plain, text and binary', { perMessageDeflate: false }, ['loom.v1', 'loom.v2'], async (socket) => {
    for (const length of [0, 1, 125, 126, 1000]) socket.send('x'.repeat(length));
    socket.send(Buffer.alloc(20, 7));
    socket.ping('there?');
    await messages(socket, 6);
    socket.close(1000, 'done');
  });
  await talk('fragments with a ping between them', { perMessageDeflate: false }, [], async (socket) => {
    socket.send('one ', { fin: false });
    socket.ping();
    socket.send('message', { fin: false });
    socket.send(' only', { fin: true });
    await messages(socket, 1);
    socket.close();
  });
  await talk('compressed', { perMessageDeflate: true, headers: { 'User-Agent': 'shuttle/2' } }, ['loom.v2'], async (socket) => {
    for (let i = 0; i < 5; i++) socket.send('warp and weft '.repeat(40));
    await messages(socket, 5);
    socket.send('leave');
  });
  await talk('cut off', { perMessageDeflate: false }, [], async (socket) => {
    socket.send('hello');
    await messages(socket, 1);
    socket.terminate();
  });
});

await record({ file: fixture('node.pcap'), filter: 'tcp port 8080' }, async () => {
  const socket = new WebSocket(url, 'loom.v2');
  await once(socket, 'open');
  const answers = new Promise<void>((resolve) => {
    let heard = 0;
    socket.addEventListener('message', () => ++heard === 3 && resolve());
  });
  for (const text of ['a', 'bc', 'def']) socket.send(text);
  await answers;
  socket.close(3000, 'enough');
  await once(socket, 'close');
});

await record({ file: fixture('python.pcap'), filter: 'tcp port 8080 or tcp port 8081' }, async () => {
  const client = `
import asyncio, websockets
async def main():
    async with websockets.connect("${url}") as ws:
        for text in ["thread " * 30, b"\\x00\\x01", "end"]:
            await ws.send(text)
            print("python client:", len(await ws.recv()))
    async def answer(ws):
        async for message in ws: await ws.send(["re: ", message])
    async with websockets.serve(answer, "127.0.0.1", 8081):
        async with websockets.connect("ws://127.0.0.1:8081/own", compression=None) as ws:
            await ws.send("hello")
            print("python both:", await ws.recv())
asyncio.run(main())`;
  const env = { ...process.env, PYTHONPATH: join(tools, 'python') };
  const [status] = (await once(spawn('python3', ['-c', client], { env, stdio: 'inherit' }), 'close')) as [number];
  if (status !== 0) throw new Error('the Python client failed');
});

await record({ file: fixture('tunnel.pcap'), filter: 'tcp port 8082' }, tunnelHttp);

process.exit();

async function talk(what: string, options: object, protocols: string[], say: (socket: Socket) => Promise<void>): Promise<void> {
  const socket = new WebSocketOfWs(url, protocols, options);
  const closed = new Promise<void>((resolve) => socket.once('close', resolve));
  await new Promise<void>((resolve) => socket.once('open', resolve));
  await say(socket);
  await closed;
  console.log(`ws: ${what}`);
}

async function messages(socket: Socket, count: number): Promise<void> {
  let heard = 0;
  await new Promise<void>((resolve) => socket.on('message', () => ++heard === count && resolve()));
}

/** An HTTP connection within binary messages, as tunnels of this kind do it. */
async function tunnelHttp(): Promise<void> {
  const target: Server = createHttpServer((_, response) => response.end('from within'));
  target.listen(8083, '127.0.0.1');
  const tunnel = new WebSocketOfWs.Server({ port: 8082, perMessageDeflate: false });
  tunnel.on('connection', (socket) => {
    const inner = connect(8083, '127.0.0.1');
    socket.on('message', (data) => inner.write(data));
    inner.on('data', (data) => socket.send(data));
    inner.on('close', () => socket.close(1000));
  });
  const near = createServer((inner) => {
    const socket = new WebSocketOfWs('ws://127.0.0.1:8082/v1/events', [], { perMessageDeflate: false });
    socket.once('open', () => inner.on('data', (data) => socket.send(data)));
    socket.on('message', (data) => inner.write(data));
    socket.once('close', () => inner.end());
  });
  near.listen(8084, '127.0.0.1');
  await delay(100);
  const answer = await fetch('http://127.0.0.1:8084/inside', { headers: { Connection: 'close' } });
  console.log('tunnel:', await answer.text());
  await delay(200);
}
