/**
 * Records the fixtures of the MySQL analyzer: `npx node libs/testing/captures/mysql/make.ts FOLDER`, as root, with Debian's `mariadb-server`, `mariadb-client`,
 * `python3-pymysql` and `tcpdump`, and the npm package `mysql2` installed in FOLDER. Afterwards `UPDATE_GOLDENS=1 npx vitest run libs/protocols/mysql` and a look at the diff.
 */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { insideOwnNetwork } from '../own-network.ts';
import { record } from '../recorder.ts';

insideOwnNetwork();

const packages = process.argv[2];
if (packages === undefined) throw new Error('name the folder in which mysql2 is installed');
const beside = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const fixture = (file: string): string => join(beside('../../../protocols/mysql/fixtures'), file);
const folder = join(tmpdir(), `orbweaver-mysql-${process.pid}`);
const socket = join(folder, 'socket');
const run = promisify(execFile);
const filter = 'tcp port 3306';

mkdirSync(folder);
chmodSync(folder, 0o777);
writeFileSync(join(folder, 'goods.csv'), '11,carded\n12,spun\n13,woven\n');
execFileSync('mariadb-install-db', ['--no-defaults', `--datadir=${join(folder, 'data')}`, '--user=mysql', '--skip-test-db'], {
  stdio: 'ignore',
});
const words = `--no-defaults --user=mysql --port=3306 --bind-address=127.0.0.1 --skip-name-resolve --local-infile=1 --max-connections=10`;
const server = spawn('mariadbd', [...words.split(' '), `--datadir=${join(folder, 'data')}`, `--socket=${socket}`], { stdio: 'ignore' });

try {
  while (!existsSync(socket)) await delay(100);
  execFileSync('mariadb', ['--no-defaults', '-S', socket], { input: setup() });

  await record({ file: fixture('mariadb.pcap'), filter }, async () => {
    await mariadb(
      ['shop'],
      [
        'SELECT id, name FROM goods',
        "INSERT INTO goods VALUES (5, 'bobbin'), (6, 'Spule ✓')",
        'SELECT * FROM missing',
        'SELECT 1 / 0; DROP TABLE IF EXISTS nothing',
        'CALL twice()',
        `LOAD DATA LOCAL INFILE '${join(folder, 'goods.csv')}' INTO TABLE goods FIELDS TERMINATED BY ','`,
        "SET PASSWORD = PASSWORD('warp-and-weft')",
        `SELECT '${'x'.repeat(17_000)}'`,
        'use information_schema',
        'SELECT 2',
      ],
    );
  });

  await record({ file: fixture('sign-in.pcap'), filter }, async () => {
    await mariadb(['shop'], ['SELECT 3'], 'switched');
    await mariadb(['shop'], ['SELECT 4'], 'weaver', 'wrong');
    await mariadb(['nowhere'], ['SELECT 5']);
    await mariadb(['-C', 'shop'], ['SELECT 6']);
    const administrator = ['--no-defaults', '-h', '127.0.0.1', '-u', 'weaver', '-pwarp-and-weft'];
    await run('mariadb-admin', [...administrator, 'ping', 'status', 'refresh']);
    await run('mariadb-admin', [...administrator, 'processlist']);
  });

  await record({ file: fixture('pymysql.pcap'), filter }, async () => {
    await run('/usr/bin/python3', [beside('client.py'), fixture('pymysql.truth.ndjson')]);
  });

  await record({ file: fixture('character-sets.pcap'), filter }, async () => {
    await run('/usr/bin/python3', [beside('character_sets.py'), fixture('character-sets.truth.ndjson')]);
  });

  await record({ file: fixture('mysql2.pcap'), filter }, async () => {
    await run(process.execPath, [beside('prepared.ts'), packages]);
  });
} finally {
  const exit = once(server, 'exit');
  server.kill('SIGTERM');
  await exit;
  rmSync(folder, { recursive: true });
}
process.exit();

function setup(): string {
  return `
    INSTALL SONAME 'auth_ed25519';
    CREATE DATABASE shop; CREATE DATABASE store; USE shop;
    CREATE TABLE goods (id int PRIMARY KEY, name text);
    INSERT INTO goods VALUES (1, 'warp'), (2, 'weft'), (3, NULL);
    CREATE PROCEDURE twice() BEGIN SELECT id FROM goods WHERE id < 3; SELECT count(*) FROM goods; END;
    CREATE USER weaver IDENTIFIED BY 'warp-and-weft'; GRANT ALL ON *.* TO weaver;
    CREATE USER switched IDENTIFIED VIA ed25519 USING PASSWORD('warp-and-weft'); GRANT ALL ON *.* TO switched;
  `.replace(/CREATE PROCEDURE.*END;/, (text) => `DELIMITER //\n${text.slice(0, -1)}//\nDELIMITER ;\n`);
}

/** One connection of the command line client; failing is part of some talks. */
async function mariadb(
  options: readonly string[],
  commands: readonly string[],
  user = 'weaver',
  password = 'warp-and-weft',
): Promise<void> {
  const connection = [
    '--no-defaults',
    '-f',
    '-h',
    '127.0.0.1',
    '-u',
    user,
    `-p${password}`,
    '--local-infile=1',
    '--default-character-set=utf8mb4',
    ...options,
  ];
  const child = spawn('mariadb', connection, { stdio: ['pipe', 'ignore', 'ignore'] });
  child.stdin.on('error', () => undefined).end(commands.map((command) => `${command};\n`).join(''));
  await once(child, 'exit');
}
