/**
 * Records the fixtures of the HTTP analyzer: `npx node libs/testing/captures/http/make.ts`, as root, with npm, curl, nginx, Python 3,
 * openssl, Debian's gnutls-bin and tcpdump installed. Afterwards `UPDATE_GOLDENS=1 npx vitest run libs/protocols/http` and a look at the diff.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request as httpRequest, type RequestOptions } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { callOverConnect, connectPackages } from '../http2/connect.ts';
import { insideOwnNetwork } from '../own-network.ts';
import { record } from '../recorder.ts';
import { installTools } from '../tools.ts';
import { startNodeServer } from './node-server.ts';
import { oddTalks } from './odd-talks.ts';
import { startRawServer, talk } from './raw-talk.ts';

const tools = installTools('http', connectPackages);
insideOwnNetwork();

const fixtures = fileURLToPath(new URL('../../../protocols/http/fixtures', import.meta.url));
const folder = join(tmpdir(), `orbweaver-http-${process.pid}`);
const run = promisify(execFile);
const fixture = (file: string): string => join(fixtures, file);
const ofNode = (...paths: string[]): string[] => paths.map((path) => `http://127.0.0.1:8080/${path}`);
const ofNginx = (...paths: string[]): string[] => paths.map((path) => `http://127.0.0.1:8081/${path}`);

/** Asks for the URLs over one connection; failing is part of some talks. */
async function curl(urls: readonly string[], ...words: string[]): Promise<void> {
  const asked = urls.flatMap((url) => ['-o', '/dev/null', url]);
  await run('curl', ['-s', '--max-time', '5', ...words, ...asked]).catch(() => undefined);
}

mkdirSync(join(folder, 'site'), { recursive: true });
writeFileSync(join(folder, 'site/index.html'), `<h1>Loom</h1>${'<p>thread</p>'.repeat(12)}`);
writeFileSync(join(folder, 'upload.json'), JSON.stringify({ warp: 'weft', count: 3 }));
writeFileSync(join(folder, 'upload.gz'), gzipSync('a body that its sender has packed'));

const node = await startNodeServer(8080);
await makeCertificate();
const nginx = startNginx();
const python = spawn('python3', ['-m', 'http.server', '8000', '--bind', '127.0.0.1', '--directory', join(folder, 'site')], {
  stdio: 'ignore',
});
const raw = await startRawServer(80, oddTalks);
const ofTls = startTlsServers();
await delay(1500);

await record({ file: fixture('curl-codings.pcap'), filter: 'tcp port 8080' }, async () => {
  const described = ['-H', 'Host: loom.test', '-e', 'http://loom.test/', '-A', 'shuttle/1.0', '-b', 'c=1'];
  await curl(ofNode('page?x=1&y=%C3%A9', 'again'), ...described);
  await curl(ofNode('gzip', 'deflate', 'deflate-raw'), '--compressed');
  await curl(ofNode('br', 'zstd', 'twice'), '--compressed');
});

await record({ file: fixture('curl-uploads.pcap'), filter: 'tcp port 8080' }, async () => {
  const json = `@${join(folder, 'upload.json')}`;
  await curl(ofNode('echo'), '--json', json, '-H', 'X-Request-Id: r-17', '-H', 'X-Forwarded-For: 203.0.113.9, 198.51.100.1');
  const packed = `@${join(folder, 'upload.gz')}`;
  await curl(ofNode('echo'), '--data-binary', packed, '-H', 'Content-Encoding: gzip', '-H', 'Content-Type: text/plain');
  await curl(ofNode('put'), '-T', json.slice(1), '-H', 'Transfer-Encoding: chunked', '-H', 'Expect: 100-continue');
  await curl(ofNode('echo'), '-F', 'note=a note', '-F', `file=${json};type=application/json;filename=spinning "wheel".json`);
  await sendWithTrailers();
});

await record({ file: fixture('curl-answers.pcap'), filter: 'tcp port 8080' }, async () => {
  await curl(ofNode('page', 'gzip'), '-I');
  await curl(ofNode('status/401', 'status/204', 'status/304', 'status/500'), '-u', 'ariadne:thread');
  await curl(ofNode('old'), '-0');
  await curl(ofNode('hints', 'form', 'broken'));
  await curl(['http://spindle.test/through-a-proxy'], '-x', ofNode('')[0]!);
});

await record({ file: fixture('nginx.pcap'), filter: 'tcp port 8081' }, async () => {
  await curl(ofNginx('', 'missing', 'moved', 'index.html'));
  await curl(ofNginx('index.html'), '-r', '0-9,40-59,100-110');
  await curl(ofNginx('index.html'), '--compressed');
  await curl(ofNginx('small'), '-d', 'x'.repeat(300));
  await curl(ofNginx(''), '-X', 'OPTIONS', '--request-target', '*');
});

await record({ file: fixture('python.pcap'), filter: 'tcp port 8000' }, async () => {
  await curl(['http://127.0.0.1:8000/index.html']);
  await run('python3', ['-c', 'import urllib.request as r; r.urlopen("http://127.0.0.1:8000/").read()']);
});

await record({ file: fixture('tunnel.pcap'), filter: 'tcp port 8080' }, async () => {
  await curl(ofNginx('inside'), '-p', '-x', 'http://127.0.0.1:8080');
  await curl(ofNginx('inside'), '-p', '-x', 'http://weaver:knot@127.0.0.1:8080');
  await curl(ofNode('offers-h2c'), '--http2');
  await upgradeToWebSocket();
});

await record({ file: fixture('odd.pcap'), filter: 'tcp port 80' }, async () => {
  for (const one of oddTalks) await talk(80, one);
});

await record({ file: fixture('tls-port.pcap'), filter: 'tcp portrange 8443-8445' }, async () => {
  for (const port of [8443, 8444, 8445]) await curl([`http://127.0.0.1:${port}/plain`]);
});

await record({ file: fixture('connect.pcap'), filter: 'tcp port 8090' }, () => callOverConnect(tools, 8090, '1.1'));

node.close();
node.closeAllConnections();
raw.close();
nginx.kill();
python.kill();
for (const server of ofTls) server.kill();
rmSync(folder, { recursive: true });
process.exit();

function startNginx(): ReturnType<typeof spawn> {
  const configuration = `
    daemon off; pid ${folder}/nginx.pid; error_log /dev/null;
    events {}
    http {
      access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
      fastcgi_temp_path ${folder}/fastcgi; uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
      gzip on; gzip_min_length 100; gzip_types text/plain application/octet-stream;
      server {
        listen 127.0.0.1:8081;
        root ${folder}/site;
        location /moved { return 301 /index.html; }
        location /small { client_max_body_size 200; }
      }
      server { listen 127.0.0.1:8443 ssl; ssl_certificate ${folder}/certificate.pem; ssl_certificate_key ${folder}/key.pem; }
    }`;
  writeFileSync(join(folder, 'nginx.conf'), configuration);
  return spawn('nginx', ['-c', join(folder, 'nginx.conf')], { stdio: 'ignore' });
}

async function makeCertificate(): Promise<void> {
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'certificate.pem')];
  await run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=loom.test', '-days', '2', ...files]);
}

/** Besides nginx, which answers a request in the clear with a page: GnuTLS sends an alert, OpenSSL hangs up. */
function startTlsServers(): ReturnType<typeof spawn>[] {
  const ofGnuTls = ['--http', '-p', '8444', '--x509keyfile', 'key.pem', '--x509certfile', 'certificate.pem'];
  const ofOpenSsl = ['s_server', '-accept', '127.0.0.1:8445', '-key', 'key.pem', '-cert', 'certificate.pem', '-quiet'];
  const options = { cwd: folder, stdio: 'ignore' } as const;
  return [spawn('gnutls-serv', ofGnuTls, options), spawn('openssl', ofOpenSsl, options)];
}

/** curl sends no trailers; Node's client does. */
async function sendWithTrailers(): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const headers = { 'Content-Type': 'text/plain', 'Transfer-Encoding': 'chunked', Trailer: 'X-Sum' };
  await exchange({ port: 8080, method: 'POST', path: '/echo', agent, headers }, (request) => {
    request.write('first part, ');
    request.addTrailers({ 'X-Sum': '42' });
    request.end('second part');
  });
  await exchange({ port: 8080, path: '/trailers', agent }, (request) => request.end());
  agent.destroy();
}

async function exchange(options: RequestOptions, send: (request: ReturnType<typeof httpRequest>) => void): Promise<void> {
  const request = httpRequest({ host: '127.0.0.1', ...options });
  send(request);
  const [response] = (await once(request, 'response')) as [NodeJS.ReadableStream];
  response.resume();
  await once(response, 'end');
}

async function upgradeToWebSocket(): Promise<void> {
  const headers = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  };
  const request = httpRequest({ host: '127.0.0.1', port: 8080, path: '/chat', headers });
  request.end();
  const [, socket] = (await once(request, 'upgrade')) as [unknown, NodeJS.WritableStream & NodeJS.ReadableStream];
  socket.resume();
  socket.end(Buffer.from([0x88, 0x80, 0, 0, 0, 0]));
  await once(socket, 'close');
}
