/**
 * `npx node libs/protocols/http/bench/http.bench.ts`: megabytes of stream a second, in segments of 1460 octets, from the segment to the record.
 *
 * No other HTTP/1 parser can be called from here without a dependency (Node's own is not exposed), so the yardsticks of the same run are a
 * search for line ends over the same octets, and for bodies what the two digests cost alone.
 */
import { hash } from 'node:crypto';
import { Side } from '../../sdk/analyzer.ts';
import { TestFlow } from '../../sdk/test-flow.ts';
import { protocol } from '../module.ts';

const segment = 1460;
const rounds = 5;

const request = Buffer.from(
  'GET /catalogue/threads/silk?colour=red&page=7 HTTP/1.1\r\nHost: shop.loom.test\r\nConnection: keep-alive\r\n' +
    'sec-ch-ua: "Loom";v="9", "Not=A?Brand";v="8"\r\nsec-ch-ua-mobile: ?0\r\nsec-ch-ua-platform: "Linux"\r\nUpgrade-Insecure-Requests: 1\r\n' +
    'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Loom/9.0 Safari/537.36\r\n' +
    'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\nSec-Fetch-Site: same-origin\r\n' +
    'Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\nReferer: http://shop.loom.test/catalogue/threads\r\nAccept-Encoding: gzip, deflate, br\r\n' +
    'Accept-Language: en-GB,en;q=0.9,de;q=0.8\r\nCookie: session=0123456789abcdef0123456789abcdef; theme=dark; basket=3\r\nX-Request-Id: 7f1c\r\n\r\n',
);
const head = Buffer.from(
  'HTTP/1.1 200 OK\r\nServer: loom\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 2\r\n' +
    'Connection: keep-alive\r\nCache-Control: private, max-age=60\r\nETag: "5f2a-1b3c"\r\nVary: Accept-Encoding\r\nX-Frame-Options: SAMEORIGIN\r\n' +
    'Set-Cookie: seen=1; Path=/; HttpOnly; SameSite=Lax\r\nStrict-Transport-Security: max-age=31536000\r\n\r\nok',
);

const body = Buffer.alloc(32 << 20, 'warp and weft, over and under; ');
const fixed = Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`), body]);
const chunked = Buffer.concat([
  Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'),
  ...Array.from({ length: body.length >> 13 }, (_, i) =>
    Buffer.concat([Buffer.from('2000\r\n'), body.subarray(i << 13, (i + 1) << 13), Buffer.from('\r\n')]),
  ),
  Buffer.from('0\r\n\r\n'),
]);

const exchanges = 6000;
report('headers: request and response to record', exchanges * (request.length + head.length), () => {
  const flow = new TestFlow(protocol);
  for (let i = 0; i < exchanges; i++) {
    flow.send(Side.source, request).send(Side.destination, head);
    if ((i & 63) === 0) flow.records.length = 0;
  }
  return flow.finish().length;
});
report('  yardstick: line ends of the same octets', exchanges * (request.length + head.length), () => {
  let lines = 0;
  for (let i = 0; i < exchanges; i++) lines += lineEnds(request) + lineEnds(head);
  return lines;
});

for (const [name, stream] of [
  ['body by length', fixed],
  ['body in chunks of 8 KiB', chunked],
] as const) {
  for (const hashes of [false, true]) {
    report(`${name}, ${hashes ? 'hashed' : 'counted'}`, stream.length, () => {
      const flow = new TestFlow(protocol, { hashes }).client(request);
      for (let at = 0; at < stream.length; at += segment) flow.send(Side.destination, stream.subarray(at, at + segment));
      return flow.finish().length;
    });
  }
}
report('  yardstick: MD5 and SHA-256 in one call each', body.length, () => hash('md5', body).length + hash('sha256', body).length);

function lineEnds(bytes: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === 10) count++;
  return count;
}

function report(name: string, bytes: number, step: () => number): void {
  let best = Infinity;
  for (let round = 0; round < rounds; round++) {
    const start = process.hrtime.bigint();
    if (step() === 0) throw new Error(`${name}: nothing came out`);
    best = Math.min(best, Number(process.hrtime.bigint() - start));
  }
  console.log(`${name.padEnd(48)} ${((bytes / best) * 1000).toFixed(0).padStart(6)} MB/s`);
}
