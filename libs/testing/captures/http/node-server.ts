import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';

const page = `<!doctype html><title>Loom</title>${'<p>Warp and weft.</p>'.repeat(3)}`;

/** A server of Node's own `http` module with something of everything; also a proxy that tunnels. */
export async function startNodeServer(port: number): Promise<Server> {
  // An offer of h2c is passed over, as most servers do.
  const shouldUpgradeCallback = (request: IncomingMessage): boolean => request.headers.upgrade === 'websocket';
  const server = createServer({ shouldUpgradeCallback }, (request, response) => void answer(request, response));
  server.on('connect', (request: IncomingMessage, socket, head) => {
    if (request.headers['proxy-authorization'] === undefined) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="loom"\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const [host, to] = String(request.url).split(':');
    const inner = connect(Number(to), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      inner.write(head);
      inner.pipe(socket).pipe(inner);
    });
    inner.on('error', () => socket.destroy());
    socket.on('error', () => inner.destroy());
  });
  server.on('upgrade', (_request: IncomingMessage, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    socket.end(Buffer.from([0x81, 2, 0x68, 0x69, 0x88, 0]));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const body = Buffer.concat(parts);
  const path = new URL(request.url ?? '/', 'http://loom.test').pathname;
  response.setHeader('X-Request-Id', String(request.headers['x-request-id'] ?? 'none'));
  const coded: Record<string, () => [string, Buffer]> = {
    '/gzip': () => ['gzip', gzipSync(page)],
    '/deflate': () => ['deflate', deflateSync(page)],
    '/deflate-raw': () => ['deflate', deflateRawSync(page)],
    '/br': () => ['br', brotliCompressSync(page)],
    '/zstd': () => ['zstd', zstdCompressSync(Buffer.from(page))],
    '/twice': () => ['gzip, br', brotliCompressSync(gzipSync(page))],
  };
  const coding = coded[path]?.();
  if (coding !== undefined) {
    response
      .writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Encoding': coding[0], Vary: 'Accept-Encoding' })
      .end(coding[1]);
  } else if (path === '/hints') {
    response.writeEarlyHints({ link: '</style.css>; rel=preload; as=style' });
    response.end(page);
  } else if (path === '/trailers') {
    response.writeHead(200, { 'Content-Type': 'text/plain', Trailer: 'X-Digest', 'Set-Cookie': ['a=1', 'b=2'] });
    for (const line of ['one\n', 'two\n', 'three\n']) response.write(line);
    response.addTrailers({ 'X-Digest': 'abc' });
    response.end();
  } else if (path === '/form') {
    response.setHeader('Content-Type', 'multipart/form-data; boundary=loom');
    response.end(
      '--loom\r\nContent-Disposition: form-data; name="spool"; filename="spool.txt"\r\nContent-Type: text/plain\r\n\r\nthread\r\n--loom--\r\n',
    );
  } else if (path === '/broken') {
    response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': 500 });
    response.write(Buffer.alloc(100), () => response.destroy());
  } else {
    const status = /^\/status\/(\d{3})$/.exec(path)?.[1];
    response.statusCode = Number(status ?? 200);
    response.end(request.method === 'POST' || request.method === 'PUT' ? body : status === undefined ? page : undefined);
  }
}
