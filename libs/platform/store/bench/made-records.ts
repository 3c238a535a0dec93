import { createHash } from 'node:crypto';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { ipKey } from '@orbweaver/query/search/ip-key.ts';

/** A small generator of pseudo-random numbers (mulberry32), so that every run stores the same. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const agents = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
  'curl/8.5.0',
  'Go-http-client/1.1',
  'python-requests/2.32',
];
const hash = (text: string, algorithm = 'sha256') => createHash(algorithm).update(text).digest('hex');

/** Community ID version 1 with seed 0. */
function communityId(source: string, sourcePort: number, destination: string, destinationPort: number, transport: 'tcp' | 'udp'): string {
  const end = (address: string, port: number) => ({ address: ipKey(address)!.slice(1), port: port.toString(16).padStart(4, '0') });
  const [low, high] = [end(source, sourcePort), end(destination, destinationPort)].sort((a, b) =>
    a.address + a.port < b.address + b.port ? -1 : 1,
  );
  const hashed = `0000${low!.address}${high!.address}${transport === 'tcp' ? '06' : '11'}00${low!.port}${high!.port}`;
  return `1:${createHash('sha1').update(Buffer.from(hashed, 'hex')).digest('base64')}`;
}

/** Records as an analysis of mixed traffic writes them, within one hour: flows, and of every ten flows three HTTP requests, two TLS handshakes, two look-ups. */
export function makeRecords(flows: number): TrafficRecord[] {
  const random = randomNumbers(7);
  const pick = (count: number) => Math.floor(random() * random() * count);
  const start = Date.UTC(2026, 0, 2, 3) * 1000;
  const records: TrafficRecord[] = [];
  for (let index = 0; index < flows; index++) {
    const micros = start + Math.floor((index / flows) * 3.6e9);
    const time = (at: number) => `${new Date(Math.floor(at / 1000)).toISOString().slice(0, -1)}${String(at % 1000).padStart(3, '0')}Z`;
    const duration = Math.floor(random() ** 4 * 60e6);
    const id = hash(`flow ${index}`).slice(0, 24);
    const kind = index % 10;
    const isV6 = kind === 9;
    const source = isV6 ? `2001:db8:1::${(1 + pick(60_000)).toString(16)}` : `10.${pick(4)}.${pick(256)}.${pick(256)}`;
    const sourcePort = 32768 + Math.floor(random() * 28000);
    const destination = isV6 ? `2001:db8::${(1 + pick(4000)).toString(16)}` : `192.168.${pick(64)}.${pick(256)}`;
    const server = kind < 3 ? 80 : kind < 5 ? 443 : kind < 7 ? 53 : 1024 + pick(20000);
    const transport = server === 53 ? 'udp' : 'tcp';
    const base = (dataset: string): TrafficRecord => ({
      '@timestamp': time(micros),
      'event.id': dataset === 'flow' ? id : `${id}-${dataset}-0`,
      'event.dataset': dataset,
      'event.start': time(micros),
      'event.end': time(micros + duration),
      'event.duration': duration * 1000,
      'flow.id': id,
      'source.ip': source,
      'source.port': sourcePort,
      'source.mac': [`02:42:ac:11:00:${pick(256).toString(16).padStart(2, '0')}`],
      'destination.ip': destination,
      'destination.port': server,
      'destination.mac': ['02:42:ac:11:00:01'],
      'network.type': isV6 ? 'ipv6' : 'ipv4',
      'network.transport': transport,
      'network.community_id': communityId(source, sourcePort, destination, server, transport),
      'log.file.path': `/captures/${Math.floor(index / 20_000)}.pcap`,
    });
    const sent = 500 + pick(1e5);
    const received = 500 + pick(1e6);
    records.push({
      ...base('flow'),
      ...(kind < 7 ? { 'network.protocol': kind < 3 ? 'http' : kind < 5 ? 'tls' : 'dns' } : {}),
      'source.packets': 3 + (sent >> 9),
      'destination.packets': 3 + (received >> 10),
      'network.packets': 6 + (sent >> 9) + (received >> 10),
      'source.bytes': sent,
      'destination.bytes': received,
      'network.bytes': sent + received,
      'flow.source.ip_bytes': sent - 42,
      'flow.destination.ip_bytes': received - 42,
      'flow.source.payload_bytes': sent - 142,
      'flow.destination.payload_bytes': received - 142,
      'flow.state': kind === 8 ? 'RSTO' : 'SF',
      'flow.history': kind === 8 ? 'ShADadR' : 'ShADadFf',
      'flow.end_reason': kind === 8 ? 'rst' : 'fin',
      'flow.tcp.retransmissions': pick(3),
      'flow.tcp.handshake_rtt': 100_000 + pick(5e7),
    });
    const host = `host${pick(800)}.example.com`;
    if (kind < 3) {
      records.push({
        ...base('http'),
        'network.protocol': 'http',
        'http.request.method': random() < 0.8 ? 'GET' : 'POST',
        'url.original': `/api/v1/items/${pick(50_000)}?page=${pick(20)}`,
        'url.domain': host,
        'url.path': `/api/v1/items/${pick(50_000)}`,
        'http.version': '1.1',
        'user_agent.original': agents[pick(agents.length)]!,
        'http.response.status_code': random() < 0.93 ? 200 : 400 + pick(110),
        'http.response.mime_type': 'application/json',
        'http.response.body.bytes': received,
        'http.response.body.hash.sha256': hash(`body ${pick(20_000)}`),
        'http.response.time_to_first_byte': 1_000_000 + pick(3e8),
        'http.request.headers': {
          host,
          accept: '*/*',
          'user-agent': agents[pick(agents.length)]!,
          'x-request-id': hash(`${index}`).slice(0, 16),
        },
        'http.response.headers': { server: 'nginx', 'content-type': 'application/json', 'content-length': String(received) },
      });
    } else if (kind < 5) {
      records.push({
        ...base('tls'),
        'network.protocol': 'tls',
        'tls.version': '1.3',
        'tls.cipher': 'TLS_AES_128_GCM_SHA256',
        'tls.curve': 'x25519',
        'tls.client.server_name': host,
        'tls.client.ja3': hash(`ja3 ${pick(60)}`, 'md5'),
        'tls.client.ja4': `t13d1516h2_8daaf6152771_${hash(`ja4 ${pick(60)}`).slice(0, 12)}`,
        'tls.next_protocol': 'h2',
        'tls.established': true,
      });
    } else if (kind < 7) {
      records.push({
        ...base('dns'),
        'network.protocol': 'dns',
        'dns.id': pick(65_536),
        'dns.question.name': host,
        'dns.question.type': 'A',
        'dns.response_code': 'NOERROR',
        'dns.answers': [{ name: host, type: 'A', class: 'IN', ttl: 300, data: `192.168.${pick(64)}.${pick(256)}` }],
        'dns.resolved_ip': [`192.168.${pick(64)}.${pick(256)}`],
      });
    }
  }
  return records;
}
