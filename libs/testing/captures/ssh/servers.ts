import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** The account that the fixtures sign in to; made for the recording and removed behind it. */
export const account = { name: 'orbweaver-ada', password: 'analytical-engine' } as const;

export function addAccount(): () => void {
  execFileSync('useradd', ['--no-create-home', '--home-dir', '/', '--shell', '/bin/sh', account.name]);
  execFileSync('chpasswd', { input: `${account.name}:${account.password}\n` });
  return () => void execFileSync('userdel', [account.name], { stdio: 'ignore' });
}

/** Makes keys, an askpass program that always answers the same, and a banner. */
export function makeKeys(folder: string): void {
  const key = (name: string, type: string, ...words: string[]): unknown =>
    execFileSync('ssh-keygen', ['-q', '-t', type, ...words, '-N', '', '-C', name, '-f', `${folder}/${name}`]);
  key('host-ed25519', 'ed25519');
  key('host-ecdsa', 'ecdsa');
  key('host-rsa', 'rsa', '-b', '2048');
  key('known', 'ed25519');
  key('stranger', 'ed25519');
  execFileSync('cp', [`${folder}/known.pub`, `${folder}/authorized_keys`]);
  execFileSync('chmod', ['755', folder]);
  for (const type of ['ed25519', 'rsa']) execFileSync('dropbearkey', ['-t', type, '-f', `${folder}/dropbear-${type}`], { stdio: 'ignore' });
  execFileSync('dropbearconvert', ['openssh', 'dropbear', `${folder}/known`, `${folder}/known-dropbear`], { stdio: 'ignore' });
  writeFileSync(`${folder}/askpass`, '#!/bin/sh\necho "$ORBWEAVER_PASSWORD"\n', { mode: 0o755 });
  writeFileSync(`${folder}/banner`, 'All weaving is watched.\n');
}

/** A server under way, with what it logged. */
export interface Server {
  log(): string[];
  stop(): Promise<void>;
}

async function start(program: string, words: readonly string[], port: number): Promise<Server> {
  const child = spawn(program, words, { stdio: ['ignore', 'ignore', 'pipe'] });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (more: string) => (text += more));
  for (let attempt = 0; attempt < 100 && !text.includes('listening') && !(await listens(port)); attempt++) await delay(50);
  return {
    log: () => text.split('\n'),
    stop: async () => {
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
    },
  };
}

/** Listens if nobody else can: no connection is made that a recording would hold. */
async function listens(port: number): Promise<boolean> {
  const probe = createServer();
  const isFree = await new Promise<boolean>((resolve) => {
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => resolve(true));
  });
  if (isFree) probe.close();
  return !isFree;
}

export function startOpenssh(folder: string, port: number, ...settings: string[]): Promise<Server> {
  mkdirSync('/run/sshd', { recursive: true });
  const own = [
    ...[
      'ListenAddress=127.0.0.1',
      `Port=${port}`,
      'LogLevel=VERBOSE',
      'UsePAM=no',
      'PermitRootLogin=yes',
      'StrictModes=no',
      'PidFile=none',
    ],
    ...['ed25519', 'ecdsa', 'rsa'].map((type) => `HostKey=${folder}/host-${type}`),
    ...[`AuthorizedKeysFile=${folder}/authorized_keys`, 'PrintMotd=no', 'KbdInteractiveAuthentication=no'],
  ];
  return start('/usr/sbin/sshd', ['-D', '-e', '-f', '/dev/null', ...[...own, ...settings].flatMap((setting) => ['-o', setting])], port);
}

export function startDropbear(folder: string, port: number): Promise<Server> {
  const keys = ['-r', `${folder}/dropbear-ed25519`, '-r', `${folder}/dropbear-rsa`];
  return start('dropbear', ['-F', '-E', '-p', `127.0.0.1:${port}`, '-P', `${folder}/dropbear.pid`, ...keys], port);
}

/** How a client is to sign in. */
export interface Client {
  readonly key?: 'known' | 'stranger';
  readonly password?: string;
  readonly settings?: readonly string[];
}

const quiet = [
  'StrictHostKeyChecking=no',
  'UserKnownHostsFile=/dev/null',
  'LogLevel=ERROR',
  'IdentitiesOnly=yes',
  'NumberOfPasswordPrompts=3',
];

/** Runs OpenSSH's client with a command that says a word. */
export async function ssh(folder: string, port: number, { key, password, settings = [] }: Client): Promise<void> {
  const sign = key === undefined ? ['PubkeyAuthentication=no'] : [`IdentityFile=${folder}/${key}`];
  const mode = password === undefined ? ['BatchMode=yes'] : [];
  const words = [...settings, ...quiet, ...sign, ...mode].flatMap((setting) => ['-o', setting]);
  const env = { ...process.env, SSH_ASKPASS: `${folder}/askpass`, SSH_ASKPASS_REQUIRE: 'force', ORBWEAVER_PASSWORD: password ?? '' };
  await run('ssh', ['-F', '/dev/null', ...words, '-p', `${port}`, `${account.name}@127.0.0.1`, 'echo woven'], env);
}

/** Runs Dropbear's client. */
export async function dbclient(folder: string, port: number, { key, password }: Client): Promise<void> {
  const sign = key === undefined ? [] : ['-i', `${folder}/${key}-dropbear`];
  const env = { ...process.env, HOME: folder, ...(password === undefined ? {} : { DROPBEAR_PASSWORD: password }) };
  await run('dbclient', ['-y', '-y', ...sign, '-p', `${port}`, `${account.name}@127.0.0.1`, 'echo woven'], env);
}

function run(program: string, words: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  return new Promise((resolve) => {
    const child = execFile(program, words, { env, timeout: 20_000 }, () => resolve());
    child.stdin?.end();
  });
}

/** A talk byte by byte: what the client says, and what the server answers as soon as it is connected. */
export async function scripted(port: number, client: readonly Uint8Array[], server: readonly Uint8Array[]): Promise<void> {
  const listener = createServer((socket) => {
    socket.on('error', () => undefined).resume();
    for (const part of server) socket.write(part);
    socket.on('end', () => socket.end());
  }).listen(port, '127.0.0.1');
  await once(listener, 'listening');
  const socket = connect({ port, host: '127.0.0.1' });
  socket.setNoDelay(true).resume();
  await once(socket, 'connect');
  for (const part of client) {
    await delay(20);
    socket.write(part);
  }
  await delay(20);
  socket.end();
  await once(socket, 'close');
  listener.close();
}
