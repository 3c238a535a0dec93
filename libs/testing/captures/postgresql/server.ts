import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chmodSync, chownSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface Server {
  readonly port: number;
  /** Runs SQL as the superuser over the local socket, which no recording sees. */
  sql(text: string, database?: string): void;
  stop(): Promise<void>;
}

const root = '/usr/lib/postgresql';
const programs = join(root, readdirSync(root).sort().at(-1)!, 'bin');

/** How each user of the fixtures signs in over TCP, and settings of the server. */
const hostRules = `
local all postgres trust
host all open all trust
host all clear all password
host all hashed all md5
hostssl all secure all scram-sha-256
host all weaver all scram-sha-256
`;

/** Debian's PostgreSQL in a folder of its own, on loopback, with TLS or without. Runs as the user postgres: it refuses to be root. */
export async function startServer(folder: string, port: number, withTls: boolean): Promise<Server> {
  const data = join(folder, 'data');
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755);
  const uid = Number(execFileSync('id', ['-u', 'postgres']));
  const gid = Number(execFileSync('id', ['-g', 'postgres']));
  chownSync(folder, uid, gid);
  const as = { uid, gid, cwd: folder };
  execFileSync(join(programs, 'initdb'), ['-D', data, '-U', 'postgres', '-E', 'UTF8', '--locale=C', '--no-sync'], {
    ...as,
    stdio: 'ignore',
  });
  writeFileSync(join(data, 'pg_hba.conf'), hostRules);
  if (withTls) makeCertificate(data, uid, gid);
  const settings = {
    port,
    listen_addresses: "'127.0.0.1'",
    unix_socket_directories: `'${folder}'`,
    ssl: withTls ? 'on' : 'off',
    fsync: 'off',
  };
  appendFileSync(
    join(data, 'postgresql.conf'),
    Object.entries(settings)
      .map(([name, value]) => `${name} = ${value}\n`)
      .join(''),
  );
  const child = spawn(join(programs, 'postgres'), ['-D', data], { ...as, stdio: 'ignore' });
  await answering(port);
  return {
    port,
    sql: (text, database = 'postgres') =>
      void execFileSync('psql', ['-q', '-h', folder, '-p', String(port), '-U', 'postgres', '-d', database, '-c', text], { cwd: folder }),
    async stop() {
      const exit = once(child, 'exit');
      child.kill('SIGINT');
      await exit;
    },
  };
}

function makeCertificate(data: string, uid: number, gid: number): void {
  const [key, certificate] = [join(data, 'server.key'), join(data, 'server.crt')];
  const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=loom.test -days 2 -keyout ${key} -out ${certificate}`;
  execFileSync('openssl', words.split(' '), { stdio: 'ignore' });
  for (const file of [key, certificate]) {
    chmodSync(file, 0o600);
    chownSync(file, uid, gid);
  }
}

async function answering(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await Promise.race([once(socket, 'connect').then(() => true), once(socket, 'error').then(() => false)]).catch(
      () => false,
    );
    socket.destroy();
    if (isOpen) return void (await delay(500));
    await delay(100);
  }
  throw new Error(`PostgreSQL does not answer on port ${port}`);
}
