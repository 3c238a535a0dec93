/**
 * Records the capture that a new installation shows: `npx node libs/testing/captures/sample/make.ts`, as root, with iproute2, ethtool, BIND 9,
 * dig, curl, ping, openssl and tcpdump. About three minutes. See README.md for what is in it.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { readRecording, writePcapng, type RecordedPacket } from '../pcapng.ts';
import { startRecording } from '../recorder.ts';
import { type Host } from './hosts.ts';
import { startNameServer } from './name-server.ts';
import { bridge, buildNetwork, namespaceOf, removeNetwork, setCable, switchNamespace } from './network.ts';
import { planOf, secondsEach, stretches, type Stretch } from './plan.ts';

const output = fileURLToPath(new URL('shop.pcapng.gz', import.meta.url));
const folder = join(tmpdir(), `orbweaver-sample-${process.pid}`);
const recording = join(folder, 'recording.pcap');
/** The day takes two minutes; what takes longer hangs. */
const deadline = setTimeout(() => failed(new Error('the recording hangs')), 300_000).unref();
const children: ChildProcess[] = [];
/** What each visitor is at, with what waits behind it. */
const pending = new Map<ChildProcess, Promise<unknown>>();

mkdirSync(folder, { recursive: true });
makeCertificates();
buildNetwork();
const { promise: failure, reject: failed } = Promise.withResolvers<never>();
try {
  const begins = await Promise.race([recordDay(), failure]);
  const packets = spread(readRecording(readFileSync(recording)), begins);
  const description = {
    comment: 'Seven minutes of a made-up shop: real programs in network namespaces, pauses between the stretches lengthened',
    hardware: 'virtual Ethernet',
    application: 'tcpdump; libs/testing/captures/sample/make.ts',
    interfaceName: bridge,
  };
  const file = gzipSync(writePcapng(packets, description), { level: 9 });
  writeFileSync(output, file);
  console.log(`${output}: ${packets.length} packets, ${file.length} bytes`);
} finally {
  clearTimeout(deadline);
  for (const child of children) child.kill('SIGTERM');
  await delay(300);
  removeNetwork();
  rmSync(folder, { recursive: true, force: true });
}

/** Starts everyone, and records what they do. */
async function recordDay(): Promise<bigint[]> {
  children.push(await startNameServer(join(folder, 'named')));
  const services: Host[] = ['catalog', 'cart', 'payments', 'web'];
  const started = await Promise.all(services.map((role) => startActor(role, 'service.ts', role, folder)));
  const clients = new Map<Host, ChildProcess>();
  for (const host of ['laptop', 'tablet', 'phone', 'partner', 'ops'] as const)
    clients.set(host, await startActor(host, 'client.ts', folder));
  const tcpdump = await startRecording({ file: recording, filter: 'not ip6', networkInterface: bridge, namespace: switchNamespace });
  try {
    return await playAll((stretch) => planOf(stretch, folder), started[services.indexOf('payments')]!, clients);
  } finally {
    await tcpdump.stop();
  }
}

/** Plays one stretch after the other and says when each began, in nanoseconds since 1970. */
async function playAll(
  plan: (stretch: number) => Stretch,
  service: ChildProcess,
  clients: ReadonlyMap<Host, ChildProcess>,
): Promise<bigint[]> {
  const begins: bigint[] = [];
  for (let stretch = 0; stretch < stretches; stretch++) {
    begins.push(BigInt(Date.now()) * 1_000_000n);
    const { errands, payments, cut } = plan(stretch);
    if (payments !== undefined) service.send(payments);
    const all = Promise.all(errands.map(([host, errand]) => runErrand(clients.get(host)!, errand)));
    if (cut !== undefined) await pullCable(cut);
    await all;
    await delay(60);
  }
  return begins;
}

/** A visitor does one errand at a time. */
function runErrand(client: ChildProcess, errand: object): Promise<unknown> {
  const turn = (pending.get(client) ?? Promise.resolve()).then(() => {
    client.send(errand);
    return once(client, 'message');
  });
  pending.set(client, turn);
  return turn;
}

async function pullCable(host: Host): Promise<void> {
  await delay(12);
  setCable(host, 'down');
  await delay(350);
  setCable(host, 'up');
}

async function startActor(host: Host, script: string, ...words: string[]): Promise<ChildProcess> {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn('ip', ['netns', 'exec', namespaceOf(host), process.execPath, file, ...words], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  children.push(child);
  child.on('exit', (code) => code !== 0 && code !== null && failed(new Error(`${host}: ${script} ended with status ${code}`)));
  await once(child, 'message');
  return child;
}

/** Each stretch's packets move to their place in the seven minutes before now; within a stretch nothing changes. */
function spread(packets: readonly RecordedPacket[], begins: readonly bigint[]): RecordedPacket[] {
  const origin = begins.at(-1)! - BigInt(stretches * secondsEach) * 1_000_000_000n;
  let stretch = 0;
  return packets.map((packet) => {
    while (stretch + 1 < begins.length && packet.time >= begins[stretch + 1]!) stretch++;
    const jitter = BigInt((stretch * 7919) % 1500) * 1_000_000n;
    const place = origin + BigInt(stretch * secondsEach) * 1_000_000_000n + (stretch === 0 ? 0n : jitter);
    return { ...packet, time: packet.time - begins[stretch]! + place };
  });
}

/** An authority of the shop's own, and with it a certificate for the web server. */
function makeCertificates(): void {
  const openssl = (...words: string[]): void => void execFileSync('openssl', words, { cwd: folder, stdio: ['ignore', 'ignore', 'ignore'] });
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl('req', '-x509', ...curve, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '3650', '-subj', '/O=Weavers Shop/CN=Weavers Shop CA');
  openssl('req', ...curve, '-keyout', 'web.key', '-out', 'web.csr', '-subj', '/O=Weavers Shop/CN=www.shop.example');
  writeFileSync(join(folder, 'extensions'), 'subjectAltName=DNS:www.shop.example,DNS:shop.example\n');
  openssl(
    'x509',
    '-req',
    '-in',
    'web.csr',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-out',
    'web.pem',
    '-days',
    '365',
    '-extfile',
    'extensions',
  );
}
