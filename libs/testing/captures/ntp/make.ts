/**
 * Records the fixtures of the NTP analyzer: `npx node libs/testing/captures/ntp/make.ts`, as root, with chrony, ntpsec (ntpd, ntpq), ntpsec-ntpdig and tcpdump
 * installed. Afterwards `UPDATE_GOLDENS=1 npx vitest run libs/protocols/ntp` and a look at the diff.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { insideOwnNetwork } from '../own-network.ts';
import { record } from '../recorder.ts';

const fixture = (file: string): string => fileURLToPath(new URL(`../../../protocols/ntp/fixtures/${file}`, import.meta.url));
const run = (program: string, ...words: string[]): Promise<unknown> =>
  promisify(execFile)(program, words, { timeout: 15_000 }).catch(() => undefined);

insideOwnNetwork(['127.0.0.2/8', '127.0.0.3/8', '127.0.0.4/8', '127.0.0.5/8']);
const folder = mkdtempSync(join(tmpdir(), 'orbweaver-ntp-'));

/** chronyd as a server without touching the clock (`-x`), and asked by another chronyd, in a burst and then again and again, and by ntpdig. */
const chrony = daemon(
  'chronyd',
  '-d',
  '-x',
  '-u',
  'root',
  '-f',
  configuration('server', ['local stratum 3', 'allow', 'bindaddress 127.0.0.2', 'cmdport 0']),
);
await delay(1500);
await record({ file: fixture('chrony.pcap'), filter: 'udp port 123' }, async () => {
  const once = ['server 127.0.0.2 iburst maxsamples 4', 'cmdport 0', 'port 0'];
  await run('chronyd', '-Q', '-x', '-t', '8', '-u', 'root', '-f', configuration('once', once));
  // From one port, each message sent twice over: interleaved mode.
  const interleaved = [
    'server 127.0.0.2 minpoll -1 maxpoll -1 xleave',
    'cmdport 0',
    'acquisitionport 1123',
    'bindacqaddress 127.0.0.1',
    'port 0',
  ];
  const client = daemon('chronyd', '-d', '-x', '-u', 'root', '-f', configuration('interleaved', interleaved));
  await delay(4000);
  await stop(client);
  await run('ntpdig', '127.0.0.2');
});
await stop(chrony);

/** ntpd with its own clock as the reference, asked for the time and about itself. */
const ntpd = daemon(
  'ntpd',
  '-n',
  '-g',
  '-c',
  configuration('ntpd', ['server 127.127.1.0', 'fudge 127.127.1.0 stratum 1 refid LOCL', 'disable ntp', 'restrict 127.0.0.1']),
);
await delay(3000);
await record({ file: fixture('ntpd.pcap'), filter: 'udp port 123' }, async () => {
  await run('ntpdig', '127.0.0.1');
  await run('ntpq', '-c', 'rv', '-c', 'peers', '127.0.0.1');
  await run('ntpq', '-c', 'mrulist', '127.0.0.1');
});
await stop(ntpd);

await record({ file: fixture('by-hand.pcap'), filter: 'udp port 123' }, byHand);
rmSync(folder, { recursive: true, force: true });

function configuration(name: string, lines: readonly string[]): string {
  const file = join(folder, `${name}.conf`);
  writeFileSync(file, `${lines.join('\n')}\n${name === 'ntpd' ? '' : `pidfile ${join(folder, `${name}.pid`)}\n`}`);
  return file;
}

function daemon(program: string, ...words: string[]): ChildProcess {
  return spawn(program, words, { stdio: 'ignore' });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended by itself with ${child.exitCode}`);
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}

/** What the daemons above do not do: peers, broadcast, kisses of death, version 3, private requests, an answer that nobody asked for. */
async function byHand(): Promise<void> {
  const client = await bound(0, '127.0.0.3');
  const server = await bound(123, '127.0.0.4');
  const peer = await bound(123, '127.0.0.5');
  const asks = async (from: Socket, message: Buffer): Promise<void> => {
    from.send(message, 123, '127.0.0.4');
    await delay(5);
  };
  server.on('message', (message, { port, address }) => {
    const reply = (...answers: Buffer[]): void => answers.forEach((answer) => server.send(answer, port, address));
    const mode = message[0]! & 7;
    if (mode === 1) reply(time({ mode: 2, stratum: 2, reference: Buffer.of(192, 0, 2, 9), origin: sent(message) }));
    else if (mode === 7 && message[3] === 42) reply(monlist(0xd7, 6), monlist(0xd7, 6), monlist(0x97, 2));
    else if (mode === 7) reply(Buffer.of(0x97, 0, 3, message[3]!, 0x40, 0, 0, 0));
    else if (mode === 6)
      reply(Buffer.concat([Buffer.of(0x16, 0xc0 | (message[1]! & 31)), message.subarray(2, 4), Buffer.of(1, 0, 0, 0, 0, 0, 0, 0)]));
    else if (message[47] === 1) reply(time({ mode: 4, stratum: 0, reference: Buffer.from('RATE'), origin: sent(message) }));
    else if (message[47] === 2) reply(time({ mode: 4, stratum: 1, reference: Buffer.from('GPS\0'), origin: sent(message) }));
  });
  await asks(client, time({ mode: 3, serial: 1 }));
  await asks(client, time({ mode: 3, version: 3, serial: 2 }));
  await asks(client, time({ mode: 3, serial: 3 }));
  await asks(client, Buffer.of(0x17, 0, 3, 42, 0, 0, 0, 0));
  await asks(client, Buffer.of(0x17, 0, 3, 99, 0, 0, 0, 0));
  await asks(client, Buffer.of(0x16, 0x09, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0));
  await asks(peer, time({ mode: 1, stratum: 2, reference: Buffer.of(192, 0, 2, 8), serial: 4 }));
  peer.send(time({ mode: 5, stratum: 1, reference: Buffer.from('PPS\0'), serial: 5 }), 123, '127.0.0.3');
  server.send(time({ mode: 4, stratum: 2, reference: Buffer.of(192, 0, 2, 7), serial: 6 }), 123, '127.0.0.2');
  await delay(100);
  for (const socket of [client, server, peer]) socket.close();
}

interface Time {
  readonly mode: number;
  readonly version?: number;
  readonly stratum?: number;
  readonly reference?: Buffer;
  readonly origin?: Buffer;
  /** The last octet of the time of sending, which tells messages apart. */
  readonly serial?: number;
}

function time({ mode, version = 4, stratum = 0, reference = Buffer.alloc(4), origin = Buffer.alloc(8), serial = 0 }: Time): Buffer {
  const head = Buffer.of((version << 3) | mode, stratum, 6, 0xec, 0, 0, 0x01, 0, 0, 0, 0x02, 0);
  const clock = (last: number): Buffer => Buffer.of(0xec, 0x34, 0x56, 0x78, 0x80, 0, 0, last);
  return Buffer.concat([head, reference, clock(0), origin, clock(0), clock(serial)]);
}

function sent(message: Buffer): Buffer {
  return message.subarray(40, 48);
}

/** Part of the list of a daemon's clients: 72 octets each, all zero. */
function monlist(flags: number, items: number): Buffer {
  return Buffer.concat([Buffer.of(flags, 0, 3, 42, 0, items, 0, 72), Buffer.alloc(72 * items)]);
}

async function bound(port: number, address: string): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(port, address);
  await once(socket, 'listening');
  return socket;
}
