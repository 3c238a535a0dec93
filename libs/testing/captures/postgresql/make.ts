/**
 * Records the fixtures of the PostgreSQL analyzer: `npx node libs/testing/captures/postgresql/make.ts`, as root, with Debian's `postgresql`,
 * `python3-psycopg`, `openssl` and `tcpdump` installed. Afterwards `UPDATE_GOLDENS=1 npx vitest run libs/protocols/postgresql` and a look at the diff.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { insideOwnNetwork } from '../own-network.ts';
import { record } from '../recorder.ts';
import {
  bind,
  closeStatement,
  describePortal,
  execute,
  functionCall,
  opening,
  parse,
  RawClient,
  startup,
  sync,
  terminate,
} from './raw-client.ts';
import { startServer } from './server.ts';

insideOwnNetwork();

const fixtures = fileURLToPath(new URL('../../../protocols/postgresql/fixtures', import.meta.url));
const client = fileURLToPath(new URL('client.py', import.meta.url));
const folder = join(tmpdir(), `orbweaver-postgresql-${process.pid}`);
const fixture = (file: string): string => join(fixtures, file);
const run = promisify(execFile);
/** Debian's own, which knows Debian's packages. */
const python = '/usr/bin/python3';

const server = await startServer(join(folder, 'plain'), 5432, false);
const secure = await startServer(join(folder, 'secure'), 5433, true);
for (const one of [server, secure]) {
  for (const name of ['weaver', 'open', 'secure']) one.sql(`CREATE ROLE ${name} SUPERUSER LOGIN PASSWORD 'warp-and-weft'`);
  one.sql("CREATE ROLE clear LOGIN PASSWORD 'warp-and-weft'");
  one.sql("SET password_encryption = 'md5'; CREATE ROLE hashed LOGIN PASSWORD 'warp-and-weft'");
  one.sql('CREATE DATABASE shop');
}

/** One connection of psql; failing is part of some talks. */
async function psql(words: string, commands: readonly string[], input = '', password = 'warp-and-weft'): Promise<void> {
  const given = commands.flatMap((command) => ['-c', command]);
  const child = spawn('psql', ['-X', '-q', `host=127.0.0.1 gssencmode=disable ${words}`, ...given], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { ...process.env, PGPASSWORD: password },
  });
  child.stdin.end(input);
  await once(child, 'exit');
}

try {
  await record({ file: fixture('psql.pcap'), filter: 'tcp port 5432' }, async () => {
    await psql('port=5432 user=weaver dbname=shop', [
      'DROP TABLE IF EXISTS goods',
      'CREATE TABLE goods (id int PRIMARY KEY, name text); INSERT INTO goods SELECT n, md5(n::text) FROM generate_series(1, 40) n; SELECT 1; SELECT * FROM goods',
      "-- a note\n/* and another */ (SELECT name FROM goods WHERE name = 'Größe ✓')",
      'SELECT * FROM missing',
      ';',
      "SET application_name = 'loom'",
      'BEGIN',
      'UPDATE goods SET name = upper(name) WHERE id < 6 RETURNING id',
      'ROLLBACK',
      "CREATE ROLE spinner PASSWORD 'a secret ''thing'''",
      "ALTER ROLE spinner WITH LOGIN ENCRYPTED PASSWORD 'another'",
      `SELECT '${'x'.repeat(17_000)}'`,
      '\\copy goods TO STDOUT',
    ]);
    await psql(
      'port=5432 user=weaver dbname=shop application_name=copier',
      [],
      'COPY goods FROM STDIN;\n101\tcarded\n102\tspun\n\\.\nCOPY goods FROM STDIN;\nnonsense\n\\.\nLISTEN shuttle;\nNOTIFY shuttle;\n',
    );
  });

  await record({ file: fixture('sign-in.pcap'), filter: 'tcp port 5432 or tcp port 5433' }, async () => {
    await psql('port=5432 user=open dbname=postgres sslmode=disable', ['SELECT 1']);
    await psql('port=5432 user=clear dbname=shop sslmode=disable', ['SELECT 2']);
    await psql('port=5432 user=hashed dbname=shop', ['SELECT 3']);
    await psql('port=5432 user=hashed dbname=shop sslmode=disable', [], '', 'wrong');
    await psql('port=5432 user=weaver dbname=shop sslmode=disable', [], '', 'wrong');
    await psql('port=5432 user=open dbname=nowhere sslmode=disable', []);
    await psql('port=5432 user=stranger dbname=shop sslmode=disable', []);
    await psql('port=5433 user=secure dbname=shop sslmode=require', ['SELECT 4']);
  });

  await record({ file: fixture('psycopg.pcap'), filter: 'tcp port 5432' }, async () => {
    await run(python, [client, '5432', fixture('psycopg.truth.ndjson')]);
  });

  await record({ file: fixture('raw.pcap'), filter: 'tcp port 5432' }, async () => {
    await pipelines();
    await interruptions();
  });
} finally {
  await server.stop();
  await secure.stop();
  rmSync(folder, { recursive: true });
}
process.exit();

/** What drivers do seldom: GSSAPI asked for, portals run in parts, a call of a function, failures in a batch. */
async function pipelines(): Promise<void> {
  const gss = await RawClient.open(5432);
  gss.send(opening(80_877_104));
  await delay(100);
  gss.end();
  const raw = await RawClient.open(5432);
  raw.send(startup({ user: 'open', database: 'shop', application_name: 'raw' }));
  await delay(100);
  raw.send(
    parse('all', 'SELECT n FROM generate_series(1, 10) n'),
    bind('p', 'all'),
    describePortal('p'),
    execute('p', 4),
    execute('p', 4),
    execute('p'),
    sync,
  );
  await delay(100);
  raw.send(functionCall(870, 'LOOM'));
  await delay(100);
  raw.send(bind('', 'never prepared'), execute(''), parse('later', 'SELECT 1'), sync);
  await delay(100);
  raw.send(bind('', 'never prepared either'), sync, closeStatement('all'), sync);
  await delay(100);
  raw.send(parse('', 'CREATE TABLE once (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)'), bind('', ''), execute(''), sync);
  await delay(100);
  raw.send(parse('', 'INSERT INTO once VALUES (1), (1)'), bind('', ''), execute(''), sync);
  await delay(100);
  raw.send(parse('', 'SELECT 7'), bind('', ''), execute(''), sync, terminate);
  await delay(100);
  raw.end();
}

/** A statement cancelled by another connection, a connection ended by the server, one that its client leaves in the middle. */
async function interruptions(): Promise<void> {
  const program = `
import psycopg, threading, time
address = "host=127.0.0.1 port=5432 user=open dbname=shop sslmode=disable gssencmode=disable"
one = psycopg.connect(address, autocommit=True)
threading.Timer(0.3, one.cancel).start()
try: one.execute("SELECT pg_sleep(5)")
except psycopg.Error: pass
two = psycopg.connect(address, autocommit=True)
one.execute("SELECT pg_terminate_backend(%s)", (two.info.backend_pid,))
time.sleep(0.2)
`;
  await run(python, ['-c', program]);
  const raw = await RawClient.open(5432);
  raw.send(startup({ user: 'open' }));
  await delay(200);
  raw.end();
}
