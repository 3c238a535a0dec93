/**
 * Records the fixtures of the Redis analyzer: `npx node libs/testing/captures/redis/make.ts`, as root, with redis-server, redis-cli and
 * tcpdump installed. Afterwards `UPDATE_GOLDENS=1 npx vitest run libs/protocols/redis` and a look at the diff.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { insideOwnNetwork } from '../own-network.ts';
import { record } from '../recorder.ts';
import { redisCli, resp, startRedis, talk, watchCommands } from './server.ts';

insideOwnNetwork();
const fixtures = fileURLToPath(new URL('../../../protocols/redis/fixtures', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'orbweaver-redis-'));
const port = 6379;
// redis-cli would ask for the help on all commands first: a hundred kilobytes that no fixture needs.
const stopServer = await startRedis(port, folder, '--rename-command', 'COMMAND', '', '--repl-diskless-sync-delay', '0');

async function theme(name: string, traffic: () => Promise<void>, filter = `tcp port ${port}`): Promise<void> {
  const watch = watchCommands(port, folder);
  await delay(200);
  await record({ file: join(fixtures, `${name}.pcap`), filter }, traffic);
  writeFileSync(join(fixtures, `${name}.asked.txt`), `${watch.lines().join('\n')}\n`);
  watch.stop();
}

const ofAllKinds = [
  'SET text "hello, world"',
  'GET text',
  'SET binary "\\x00\\xff\\x01"',
  'GET binary',
  'SET umlaut "h\u00e4user"',
  'APPEND text !',
  'SETEX brief 100 value',
  'INCR counter',
  'INCRBYFLOAT ratio 1.5',
  'GET missing',
  'MSET one 1 two 2',
  'HSET hash field value',
  'HSET hash a 1 b 2',
  'HGETALL hash',
  'LPUSH list a',
  'LPUSH list b c',
  'LRANGE list 0 -1',
  'LRANGE nothing 0 -1',
  'LPOP list 5 extra',
  'SADD set x y',
  'SMEMBERS set',
  'ZADD scores 1.5 ada',
  'ZSCORE scores ada',
  'ZUNION 2 scores others WITHSCORES',
  'XADD stream * field value',
  'XRANGE stream - +',
  'XREAD COUNT 1 STREAMS stream 0',
  'OBJECT ENCODING text',
  'EVAL "return redis.call(\'get\', KEYS[1])" 1 text',
  'EVAL "return {1,{2,{3,{4}}}}" 0',
  'INCR text',
  'NONSENSE one two',
  'SELECT 3',
  'DBSIZE',
  'MULTI',
  'SET inside 1',
  'LPUSH inside 1',
  'EXEC',
  'MULTI',
  'NOSUCH',
  'EXEC',
  'DEBUG PROTOCOL STRING',
  'DEBUG PROTOCOL INTEGER',
  'DEBUG PROTOCOL DOUBLE',
  'DEBUG PROTOCOL NULL',
  'DEBUG PROTOCOL ARRAY',
  'DEBUG PROTOCOL SET',
  'DEBUG PROTOCOL MAP',
  'DEBUG PROTOCOL BIGNUM',
  'DEBUG PROTOCOL VERBATIM',
  'DEBUG PROTOCOL TRUE',
  'DEBUG PROTOCOL FALSE',
];

await theme('resp2', () => redisCli(port, [], ofAllKinds));
await theme('resp3', () => redisCli(port, ['-3'], [...ofAllKinds, 'DEBUG PROTOCOL ATTRIB', 'PING']));

await theme('pipelining', async () => {
  await talk(port, [Array.from({ length: 20 }, (_, i) => resp('SET', `key${i}`, `${i}`) + resp('GET', `key${i}`)).join(''), 300]);
  await talk(port, ['PING\r\nSET inline "two words"\r\nGET inline\n\r\nECHO \'single \\\' quoted\'\r\nSET hex "\\x41\\n"\r\n', 200]);
  await talk(port, [...[...resp('SET', 'slow', 'a byte at a time')], 200]);
  await talk(port, [resp('SET', 'big', 'b'.repeat(8_000)), 200, resp('GET', 'big'), 200, resp('STRLEN', 'big'), 200]);
  await talk(port, ['*0\r\n*-1\r\n', resp('PING', 'after nothing'), 200]);
});

await theme('broken', async () => {
  await talk(port, ['SET good 1\r\nSET bad "unbalanced\r\nSET never seen\r\n', 200]);
  await talk(port, [resp('PING'), '*1\r\n!4\r\nPING\r\n', 200]);
  await talk(port, ['*1\r\n$99999999999\r\n', 200]);
});

await theme('reply-modes', async () => {
  const reply = (mode: string): string => resp('CLIENT', 'REPLY', mode);
  const asked = [reply('SKIP'), resp('SET', 'a', '1'), resp('GET', 'a'), reply('OFF'), resp('SET', 'b', '2'), reply('SKIP'), resp('PING')];
  await talk(port, [[...asked, reply('ON'), resp('GET', 'b')].join(''), 200]);
  await talk(port, [reply('SKIP') + reply('SKIP') + resp('PING', 'no') + resp('PING', 'yes'), 200]);
  await talk(port, [reply('SKIP') + reply('ON') + resp('PING', 'yes'), 200, reply('OFF') + resp('RESET') + resp('PING', 'again'), 200]);
});

await theme('channels', async () => {
  const subscriber = talk(port, [
    ...[resp('SUBSCRIBE', 'news', 'weather'), 100, resp('PSUBSCRIBE', 'w*'), 100, resp('PING'), 300],
    ...[resp('UNSUBSCRIBE'), 100, resp('PUNSUBSCRIBE', 'w*'), 100, resp('GET', 'text'), 100],
  ]);
  const modern = talk(port, [
    ...[resp('HELLO', '3'), 100, resp('SUBSCRIBE', 'news'), 100, resp('CLIENT', 'TRACKING', 'ON'), 50, resp('GET', 'tracked'), 300],
    ...[resp('GET', 'tracked') + resp('UNSUBSCRIBE', 'news'), 100],
  ]);
  const watcher = talk(port, [resp('MONITOR'), 600, resp('PING'), 100, resp('RESET'), 50, resp('PING'), 50]);
  const waiter = talk(port, [resp('BLPOP', 'queue', '5') + resp('ECHO', 'served'), 600]);
  await delay(350);
  await talk(port, [resp('PUBLISH', 'news', 'hello'), 20, resp('PUBLISH', 'weather', 'rain'), 20]);
  await talk(port, [resp('SET', 'tracked', 'changed'), 50, resp('RPUSH', 'queue', 'job'), 50]);
  await Promise.all([subscriber, modern, watcher, waiter]);
});

await theme('replication', async () => {
  const stopReplica = await startRedis(6380, folder, '--replicaof', '127.0.0.1 6379');
  await delay(1500);
  await stopReplica();
});

await theme('sign-in', async () => {
  await talk(port, [resp('ACL', 'SETUSER', 'ada', 'on', '>lovelace-secret', '~*', '+@all'), 50]);
  await talk(port, [resp('AUTH', 'ada', 'lovelace-secret'), 50, resp('ACL', 'WHOAMI'), 50, resp('AUTH', 'ada', 'wrong-secret'), 50]);
  await talk(port, [
    resp('HELLO', '3', 'AUTH', 'ada', 'lovelace-secret', 'SETNAME', 'engine'),
    50,
    resp('SELECT', '2'),
    50,
    resp('PING'),
    50,
  ]);
  await talk(port, [resp('CONFIG', 'SET', 'requirepass', 'default-secret'), 50]);
  await talk(port, [resp('GET', 'text'), 50, resp('AUTH', 'wrong-secret'), 50, 'AUTH default-secret\r\n', 50, resp('GET', 'text'), 50]);
  await talk(port, [resp('AUTH', 'default-secret'), 50, resp('CONFIG', 'SET', 'requirepass', ''), 50, resp('RESET'), 50, resp('QUIT'), 50]);
});

await stopServer();
rmSync(folder, { recursive: true, force: true });
