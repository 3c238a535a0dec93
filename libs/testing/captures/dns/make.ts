/**
 * Records the fixtures of the DNS analyzer: `npx node libs/testing/captures/dns/make.ts`, as root, with BIND 9 (named, dig, nsupdate)
 * and tcpdump installed. Afterwards `UPDATE_GOLDENS=1 npx vitest run libs/protocols/dns` and a look at the diff.
 */
import { execFile, spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { insideOwnNetwork } from '../own-network.ts';
import { record } from '../recorder.ts';
import { message, name, netbiosName, opt, pointer, question, resource, u16 } from './messages.ts';
import { primary, startNameServers, updateKey } from './name-server.ts';
import { questions } from './zone.ts';

const fixtures = fileURLToPath(new URL('../../../protocols/dns/fixtures', import.meta.url));
const run = promisify(execFile);
const dig = (...words: string[]): Promise<unknown> =>
  run('dig', [`@${primary}`, '+tries=1', '+timeout=2', ...words]).catch(() => undefined);
const fixture = (file: string): string => join(fixtures, file);

insideOwnNetwork(['127.0.0.2/8', '127.0.0.3/8', '127.0.0.4/8', '127.0.0.5/8']);
const folder = join(tmpdir(), `orbweaver-named-${process.pid}`);
const stop = await startNameServers(folder);
await delay(2000);

await record({ file: fixture('record-types.pcap'), filter: 'udp port 53' }, async () => {
  for (const [owner, type] of questions) await dig('+nocookie', owner, type);
});

await record({ file: fixture('edns.pcap'), filter: 'udp port 53' }, async () => {
  await dig('+subnet=192.0.2.0/24', '+nsid', 'www.weave.test', 'A');
  await dig('+subnet=2001:db8::/56', '+dnssec', 'www.weave.test', 'AAAA');
  await dig('+edns=1', '+noednsnegotiation', 'www.weave.test', 'A');
  await dig('+padding=64', '+expire', 'weave.test', 'SOA');
  await dig('www.closed.test', 'A');
  await dig('www.elsewhere.test', 'A');
  await dig('+noedns', '+norecurse', '+adflag', '+cdflag', 'www.weave.test', 'A');
  await dig('+bufsize=512', '+ignore', 'big.weave.test', 'A');
  await dig('version.bind', 'TXT', 'CH');
  await dig('+opcode=2', 'weave.test', 'A');
  await dig('+header-only', 'weave.test', 'A');
});

await record({ file: fixture('dnssec.pcap'), filter: 'udp port 53' }, async () => {
  for (const zone of ['signed.test', 'hashed.test']) {
    for (const type of ['A', 'DNSKEY', 'NSEC3PARAM', 'CDS', 'CDNSKEY']) await dig('+dnssec', type === 'A' ? `www.${zone}` : zone, type);
    await dig('+dnssec', `nothing.${zone}`, 'A');
  }
});

await record({ file: fixture('tcp.pcap'), filter: 'tcp port 53' }, async () => {
  await dig('+tcp', '+keepopen', 'www.weave.test', 'A', 'mail.weave.test', 'MX', 'nothing.weave.test', 'AAAA');
  await dig('weave.test', 'AXFR');
  await pipelined();
});

/** An update signed with TSIG; the secondary is told, asks and transfers the difference. */
await record({ file: fixture('update-notify-transfer.pcap'), filter: 'port 53' }, async () => {
  await update(`update add new.weave.test 60 A 192.0.2.200\nupdate delete spf.weave.test SPF\n`);
  await delay(1500);
  await update(`prereq nxdomain new.weave.test\nupdate add other.weave.test 60 A 192.0.2.201\n`);
});

await stop();
rmSync(folder, { recursive: true, force: true });

await record({ file: fixture('odd.pcap'), filter: 'udp port 53' }, oddities);
await record({ file: fixture('local-names.pcap'), filter: 'udp and (port 5353 or port 5355 or port 137)' }, localNames);

/** Three queries in one write, then one a byte at a time. */
async function pipelined(): Promise<void> {
  const socket = connect(53, primary);
  socket.setNoDelay(true);
  const framed = (id: number, owner: string, type: number): Buffer => {
    const bytes = message({ id, flags: 0x0100, questions: [question(name(owner), type)] });
    return Buffer.concat([u16(bytes.length), bytes]);
  };
  let received = 0;
  socket.on('data', (bytes) => (received += bytes.length));
  await once(socket, 'connect');
  socket.write(Buffer.concat([framed(1, 'www.weave.test', 1), framed(2, 'web.weave.test', 28), framed(3, 'big.weave.test', 1)]));
  for (const octet of framed(4, 'mail.weave.test', 1)) {
    socket.write(Buffer.of(octet));
    await delay(1);
  }
  while (received < 1000) await once(socket, 'data');
  await delay(100);
  socket.end();
  await once(socket, 'close');
}

async function update(lines: string): Promise<void> {
  const { name: key, algorithm, secret } = updateKey;
  const child = spawn('nsupdate', ['-y', `${algorithm}:${key}:${secret}`], { stdio: ['pipe', 'ignore', 'ignore'] });
  child.stdin.end(`server ${primary}\nzone weave.test\n${lines}send\n`);
  await once(child, 'exit');
}

/** A server of our own: loses the first query, never answers one name, answers another twice, makes mistakes. */
async function oddities(): Promise<void> {
  const server = await bound(53, '127.0.0.4');
  const lost = new Set(['lossy', 'again']);
  server.on('message', (query, from) => {
    const text = query.toString('latin1').toLowerCase();
    const reply = (bytes: Uint8Array): void => server.send(bytes, from.port, from.address);
    const asked = { id: query.readUInt16BE(0), questions: [query.subarray(12)] };
    const address = resource(pointer(12), 1, 1, 60, Buffer.of(192, 0, 2, 1));
    const loss = [...lost].find((word) => text.includes(word));
    if (loss !== undefined) lost.delete(loss);
    else if (text.includes('silent')) return;
    else if (text.includes('blocked')) {
      const errors: [number, Buffer][] = [
        [15, Buffer.concat([u16(15), Buffer.from('by house rule')])],
        [15, u16(4711)],
        [65001, Buffer.of(1)],
      ];
      reply(message({ ...asked, flags: 0x8183, additionals: [opt(1232, 0x8000, errors)] }));
    } else if (text.includes('twice')) {
      for (let i = 0; i < 2; i++) reply(message({ ...asked, flags: 0x8180, answers: [address] }));
    } else if (text.includes('looping'))
      reply(message({ ...asked, flags: 0x8180, answers: [resource(pointer(12 + asked.questions[0]!.length), 1, 1, 60, Buffer.alloc(4))] }));
    else if (text.includes('unreadable')) reply(message({ id: asked.id, flags: 0x8181 }));
    else if (text.includes('badrdata'))
      reply(message({ ...asked, flags: 0x8180, answers: [resource(pointer(12), 1, 1, 60, Buffer.of(1, 2, 3))] }));
    else reply(message({ ...asked, flags: 0x8180, answers: [address] }));
  });
  const resolver = new Resolver({ timeout: 300, tries: 2 });
  resolver.setServers(['127.0.0.4']);
  for (const host of ['lossy.test', 'silent.test', 'blocked.test', 'plain.test']) await resolver.resolve4(host).catch(() => undefined);
  const client = await bound(0, '127.0.0.5');
  const ask = (id: number, ...owners: string[]): void =>
    client.send(message({ id, flags: 0x0100, questions: owners.map((owner) => question(name(owner), 1)) }), 53, '127.0.0.4');
  for (let i = 0; i < 2; i++) ask(1, 'again.test');
  ask(1, 'twice.test');
  ask(2, 'looping.test');
  ask(3, 'unreadable.test');
  ask(4, 'badrdata.test');
  ask(5, 'several.test', 'questions.test');
  client.send(Buffer.concat([message({ id: 6, flags: 0x0100, questions: [Buffer.of(9)] })]), 53, '127.0.0.4');
  await delay(300);
  client.close();
  server.close();
}

/** Multicast DNS, LLMNR and NetBIOS names, as their RFCs print them. */
async function localNames(): Promise<void> {
  const asker = await bound(5353, '127.0.0.4');
  const owner = await bound(5353, '127.0.0.5');
  const service = name(['Anna’s Printer, 2. Stock', '_ipp', '_tcp', 'local']);
  const host = name('Printer.local');
  const port = Buffer.concat([u16(0, 0, 631), host]);
  const known = resource(name('_ipp._tcp.local'), 12, 1, 4500, service);
  asker.send(
    message({
      flags: 0,
      questions: [question(name('_ipp._tcp.local'), 12, 0x8001), question(host, 1), question(host, 28)],
      answers: [known],
    }),
    5353,
    '127.0.0.5',
  );
  await once(owner, 'message');
  const records = [
    known,
    resource(service, 33, 0x8001, 120, port),
    resource(service, 16, 0x8001, 4500, Buffer.from('\x09txtvers=1\x0anote=grün')),
    resource(host, 1, 0x8001, 120, Buffer.of(192, 0, 2, 9)),
  ];
  owner.send(message({ flags: 0x8400, answers: records }), 5353, '127.0.0.4');
  await once(asker, 'message');
  const legacy = await bound(0, '127.0.0.4');
  legacy.send(message({ id: 77, flags: 0, questions: [question(host, 1)] }), 5353, '127.0.0.5');
  const [, from] = (await once(owner, 'message')) as [Buffer, { port: number }];
  owner.send(
    message({ id: 77, flags: 0x8400, questions: [question(host, 1)], answers: [resource(host, 1, 1, 10, Buffer.of(192, 0, 2, 9))] }),
    from.port,
    '127.0.0.4',
  );
  await once(legacy, 'message');

  const responder = await bound(5355, '127.0.0.5');
  legacy.send(message({ id: 78, flags: 0, questions: [question(name('Zürich'), 1)] }), 5355, '127.0.0.5');
  await once(responder, 'message');
  responder.send(
    message({
      id: 78,
      flags: 0x8000,
      questions: [question(name('Zürich'), 1)],
      answers: [resource(pointer(12), 1, 1, 30, Buffer.of(192, 0, 2, 10))],
    }),
    from.port,
    '127.0.0.4',
  );
  await once(legacy, 'message');

  const node = await bound(137, '127.0.0.4');
  const peer = await bound(137, '127.0.0.5');
  const nb = Buffer.concat([u16(0), Buffer.of(127, 0, 0, 4)]);
  const self = netbiosName('weaver', 0x00);
  node.send(
    message({ id: 80, flags: 0x2910, questions: [question(self, 32)], additionals: [resource(pointer(12), 32, 1, 300_000, nb)] }),
    137,
    '127.0.0.5',
  );
  await once(peer, 'message');
  peer.send(message({ id: 80, flags: 0xad80, answers: [resource(self, 32, 1, 300_000, nb)] }), 137, '127.0.0.4');
  await once(node, 'message');
  node.send(message({ id: 81, flags: 0x0110, questions: [question(netbiosName('loom', 0x20), 32)] }), 137, '127.0.0.5');
  await once(peer, 'message');
  peer.send(
    message({
      id: 81,
      flags: 0x8580,
      answers: [resource(netbiosName('loom', 0x20), 32, 1, 300_000, Buffer.concat([u16(0), Buffer.of(127, 0, 0, 5)]))],
    }),
    137,
    '127.0.0.4',
  );
  await once(node, 'message');
  const any = netbiosName('*'.padEnd(15, '\0'), 0);
  node.send(message({ id: 82, flags: 0, questions: [question(any, 33)] }), 137, '127.0.0.5');
  await once(peer, 'message');
  const nodeName = (text: string, service: number): Buffer => Buffer.concat([Buffer.from(text.padEnd(15)), Buffer.of(service, 4, 0)]);
  const status = Buffer.concat([Buffer.of(2), nodeName('LOOM', 0), nodeName('WEAVERS', 0x1d), Buffer.alloc(46)]);
  peer.send(message({ id: 82, flags: 0x8400, answers: [resource(any, 33, 1, 0, status)] }), 137, '127.0.0.4');
  await once(node, 'message');
  for (const socket of [asker, owner, legacy, responder, node, peer]) socket.close();
}

async function bound(port: number, address: string): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  socket.bind(port, address);
  await once(socket, 'listening');
  return socket;
}
