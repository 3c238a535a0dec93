/**
 * Records the fixtures of the HTTP/2 analyzer: `npx node libs/testing/captures/http2/make.ts`, as root, with npm, curl, tcpdump and Debian's nghttp2-client and
 * nghttp2-server and nghttp2-proxy installed. Afterwards `UPDATE_GOLDENS=1 npx vitest run libs/protocols/http2` and a look at the diff, beside what the clients print.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import {
  connect,
  constants,
  createServer,
  type ClientHttp2Session,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { insideOwnNetwork } from '../own-network.ts';
import { record } from '../recorder.ts';
import { installTools } from '../tools.ts';
import { callOverConnect, connectPackages } from './connect.ts';
import { callOverGrpc } from './grpc.ts';

const tools = installTools('http2', ['@grpc/grpc-js@1.14.7', ...connectPackages]);
insideOwnNetwork();
const fixture = (file: string): string => fileURLToPath(new URL(`../../../protocols/http2/fixtures/${file}`, import.meta.url));
const run = promisify(execFile);
const folder = join(tmpdir(), `orbweaver-http2-${process.pid}`);
mkdirSync(folder);
writeFileSync(join(folder, 'index.html'), `<link rel="stylesheet" href="/style.css">${'<p>thread</p>'.repeat(12)}`);
writeFileSync(join(folder, 'style.css'), 'p { color: silver }');
writeFileSync(join(folder, 'form.json'), JSON.stringify({ warp: 'weft' }));
writeFileSync(join(folder, 'form.gz'), gzipSync('a body that its sender has packed'));

const nghttpd = spawn('nghttpd', ['--no-tls', '-d', folder, '--push=/index.html=/style.css', '--trailer=x-sum: 42', '8080'], {
  stdio: 'ignore',
});
const nghttpx = spawn('nghttpx', ['--conf=/dev/null', '-f127.0.0.1,8082;no-tls', '-b127.0.0.1,8080;;proto=h2', '-n1'], { stdio: 'ignore' });
process.on('exit', () => {
  nghttpd.kill();
  nghttpx.kill();
});
const node = startNodeServer();
await delay(500);

await record({ file: fixture('nghttp2.pcap'), filter: 'tcp port 8080' }, async () => {
  await nghttp('-n', 'http://127.0.0.1:8080/index.html', 'http://127.0.0.1:8080/missing');
  await nghttp('-n', '-b', '255', '-d', join(folder, 'form.json'), 'http://127.0.0.1:8080/style.css');
  await nghttp('-n', '-c', '0', '--continuation', 'http://127.0.0.1:8080/style.css');
});

await record({ file: fixture('curl.pcap'), filter: 'tcp port 8080 or tcp port 8081' }, async () => {
  await curl('--http2-prior-knowledge', '-e', 'http://loom.test/', '-b', 'a=1; b=2', 'http://127.0.0.1:8081/page?x=1');
  await curl('--http2-prior-knowledge', '--compressed', 'http://127.0.0.1:8081/gzip');
  await curl('--http2-prior-knowledge', '-I', '-u', 'ariadne:thread', '-H', 'X-Request-Id: r-17', 'http://127.0.0.1:8081/page');
  const form = ['-F', `file=@${join(folder, 'form.json')};type=application/json`, '-H', 'X-Forwarded-For: 203.0.113.9'];
  await curl('--http2-prior-knowledge', ...form, 'http://127.0.0.1:8081/echo');
  const packed = ['--data-binary', `@${join(folder, 'form.gz')}`, '-H', 'Content-Encoding: gzip'];
  await curl('--http2-prior-knowledge', ...packed, 'http://127.0.0.1:8081/page');
});

await record({ file: fixture('node.pcap'), filter: 'tcp port 8081' }, async () => {
  const session = connect('http://127.0.0.1:8081', { paddingStrategy: constants.PADDING_STRATEGY_MAX });
  session.on('stream', (pushed) => pushed.resume());
  await ask(session, { ':path': '/hints' });
  await ask(session, { ':path': '/pushes' });
  await ask(session, { ':path': '/trailers', ':method': 'POST', 'content-type': 'text/plain' }, 'sent', { 'x-sum': '7' });
  await ask(session, { ':path': '/long', 'x-long': 'abc{}|'.repeat(5000) });
  await Promise.all(['/page?n=1', '/slow', '/page?n=2'].map((path) => ask(session, { ':path': path })));
  const cancelled = session.request({ ':path': '/never', ':method': 'POST' });
  cancelled.write('never ended');
  cancelled.on('error', () => undefined);
  await delay(50);
  cancelled.close(constants.NGHTTP2_CANCEL);
  await delay(50);
  await ask(session, { ':path': '/breaks' }).catch(() => console.log('node: /breaks broke'));
  session.close();
  await once(session, 'close');
});

await record({ file: fixture('upgrade/h2c.pcap'), filter: 'tcp port 8082' }, async () => {
  await nghttp('-n', '-u', 'http://127.0.0.1:8082/style.css', 'http://127.0.0.1:8082/missing');
  await curl('--http2', 'http://127.0.0.1:8082/style.css');
});

await fromTheMiddle();

await record({ file: fixture('grpc.pcap'), filter: 'tcp port 50051' }, () => callOverGrpc(tools));

await record({ file: fixture('connect.pcap'), filter: 'tcp port 8090' }, () => callOverConnect(tools, 8090, '2'));

node.close();
rmSync(folder, { recursive: true });
process.exit();

/** A connection that is older than its recording: what its header blocks refer to was said before. */
async function fromTheMiddle(): Promise<void> {
  const session = connect('http://127.0.0.1:8081');
  const known = { 'x-thread': 'silk', 'user-agent': 'shuttle/3' };
  await ask(session, { ':path': '/page', ...known });
  await record({ file: fixture('middle.pcap'), filter: 'tcp port 8081' }, async () => {
    await ask(session, { ':path': '/page', ...known });
    await ask(session, { ':path': '/other', ...known, 'x-new': 'warp' });
    await ask(session, { ':path': '/other', ...known, 'x-new': 'warp' });
  });
  session.destroy();
}

async function nghttp(...words: string[]): Promise<void> {
  const { stdout } = await run('nghttp', ['-v', ...words]);
  console.log('nghttp:', stdout.match(/:status: \d+|push_promise|upgrade/gi)?.join(', ') ?? '');
}

async function curl(...words: string[]): Promise<void> {
  const { stdout } = await run('curl', [
    '-s',
    '--max-time',
    '5',
    '-w',
    '%{http_version} %{response_code} %{size_download}\n',
    ...outputs(words),
  ]);
  console.log('curl:', stdout.trim());
}

/** Each URL's answer goes nowhere. */
function outputs(words: readonly string[]): string[] {
  return words.flatMap((word) => (word.startsWith('http://127') ? ['-o', '/dev/null', word] : [word]));
}

async function ask(session: ClientHttp2Session, headers: OutgoingHttpHeaders, body = '', trailers?: OutgoingHttpHeaders): Promise<void> {
  const stream = session.request(headers, { waitForTrailers: trailers !== undefined, endStream: body === '' });
  if (trailers !== undefined) stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  if (body !== '') stream.end(body);
  const [answer] = (await once(stream, 'response')) as [Record<string, unknown>];
  let length = 0;
  stream.on('data', (part: Buffer) => (length += part.length));
  await once(stream, 'end');
  console.log('node:', headers[':path'], answer[':status'], length);
}

function startNodeServer(): ReturnType<typeof createServer> {
  const server = createServer({ settings: { maxHeaderListSize: 128 * 1024 } });
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    stream.on('error', () => undefined);
    stream.resume();
    // curl 7.88 does not end its upload once it is answered.
    if (headers[':method'] === 'POST') stream.on('end', () => answer(stream, headers));
    else answer(stream, headers);
  });
  return server.listen(8081, '127.0.0.1');
}

function answer(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
  const path = headers[':path'] ?? '';
  if (path === '/never') return;
  if (path === '/gzip') {
    stream.respond({ ':status': 200, 'content-encoding': 'gzip', 'content-type': 'text/plain' });
    stream.end(gzipSync('warp and weft '.repeat(20)));
  } else if (path === '/hints') {
    stream.additionalHeaders({ ':status': 103, link: '</style.css>; rel=preload' });
    stream.respond({ ':status': 200, 'content-type': 'text/html' });
    stream.end('<p>hints</p>');
  } else if (path === '/pushes') {
    stream.pushStream({ ':path': '/pushed.js' }, (error, pushed) => {
      if (error) throw error;
      pushed.respond({ ':status': 200, 'content-type': 'text/javascript' });
      pushed.end('weave()');
    });
    stream.respond({ ':status': 200, 'x-request-id': 'r-18' });
    stream.end('pushes');
  } else if (path === '/trailers') {
    stream.respond({ ':status': 200 }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'x-server-sum': '9' }));
    stream.end('with trailers');
  } else if (path === '/slow') {
    stream.respond({ ':status': 200 });
    stream.write('first ');
    setTimeout(() => stream.end('second'), 60);
  } else if (path === '/breaks') {
    stream.respond({ ':status': 200 });
    stream.write('begun');
    setTimeout(() => stream.close(constants.NGHTTP2_INTERNAL_ERROR), 30);
  } else if (path === '/echo') {
    stream.respond({ ':status': 200, 'content-type': 'multipart/mixed; boundary=b' });
    stream.end('--b\r\nContent-Disposition: form-data; name="n"; filename="f"\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--\r\n');
  } else {
    stream.respond({ ':status': 200, 'content-type': 'text/html; charset=utf-8' });
    stream.end(headers[':method'] === 'HEAD' ? undefined : '<p>page</p>');
  }
}
