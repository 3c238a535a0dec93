const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Commands whose first argument is a key (`COMMAND` of Redis 7 says so), and of Valkey and later ones. */
const keyFirst = words(
  'APPEND BITCOUNT BITFIELD BITFIELD_RO BITPOS BLMOVE BLPOP BRPOP BRPOPLPUSH BZPOPMAX BZPOPMIN COPY DECR DECRBY DEL DUMP EXISTS ' +
    'EXPIRE EXPIREAT EXPIRETIME GEOADD GEODIST GEOHASH GEOPOS GEORADIUS GEORADIUSBYMEMBER GEORADIUSBYMEMBER_RO GEORADIUS_RO ' +
    'GEOSEARCH GEOSEARCHSTORE GET GETBIT GETDEL GETEX GETRANGE GETSET HDEL HEXISTS HGET HGETALL HINCRBY HINCRBYFLOAT HKEYS HLEN ' +
    'HMGET HMSET HRANDFIELD HSCAN HSET HSETNX HSTRLEN HVALS INCR INCRBY INCRBYFLOAT LCS LINDEX LINSERT LLEN LMOVE LPOP LPOS LPUSH ' +
    'LPUSHX LRANGE LREM LSET LTRIM MGET MOVE MSET MSETNX PERSIST PEXPIRE PEXPIREAT PEXPIRETIME PFADD PFCOUNT PFMERGE PSETEX PTTL ' +
    'RENAME RENAMENX RESTORE RESTORE-ASKING RPOP RPOPLPUSH RPUSH RPUSHX SADD SCARD SDIFF SDIFFSTORE SET SETBIT SETEX SETNX ' +
    'SETRANGE SINTER SINTERSTORE SISMEMBER SMEMBERS SMISMEMBER SMOVE SORT SORT_RO SPOP SRANDMEMBER SREM SSCAN ' +
    'STRLEN SUBSTR SUNION SUNIONSTORE TOUCH TTL TYPE UNLINK WATCH XACK XADD XAUTOCLAIM XCLAIM XDEL XLEN XPENDING ' +
    'XRANGE XREVRANGE XSETID XTRIM ZADD ZCARD ZCOUNT ZDIFFSTORE ZINCRBY ZINTERSTORE ZLEXCOUNT ZMSCORE ZPOPMAX ZPOPMIN ZRANDMEMBER ' +
    'ZRANGE ZRANGEBYLEX ZRANGEBYSCORE ZRANGESTORE ZRANK ZREM ZREMRANGEBYLEX ZREMRANGEBYRANK ZREMRANGEBYSCORE ZREVRANGE ' +
    'ZREVRANGEBYLEX ZREVRANGEBYSCORE ZREVRANK ZSCAN ZSCORE ZUNIONSTORE ' +
    'HEXPIRE HPEXPIRE HEXPIREAT HPEXPIREAT HTTL HPTTL HPERSIST HGETF HSETF HGETEX HSETEX HGETDEL XDELEX XACKDEL',
);

/** Modules whose commands begin with a key: `JSON.SET key`. */
const keyModules = ['JSON.', 'BF.', 'CF.', 'CMS.', 'TOPK.', 'TS.', 'TDIGEST.'] as const;

/** Container commands: the key stands behind the word that says which. */
const keySecond = words('BITOP MEMORY OBJECT XGROUP XINFO');
/** A count of keys stands before them, at this place. */
const countOfKeys: Readonly<Record<string, number>> = {
  ...{ EVAL: 2, EVALSHA: 2, EVAL_RO: 2, EVALSHA_RO: 2, FCALL: 2, FCALL_RO: 2, BLMPOP: 2, BZMPOP: 2 },
  ...{ LMPOP: 1, ZMPOP: 1, ZUNION: 1, ZINTER: 1, ZDIFF: 1, SINTERCARD: 1, ZINTERCARD: 1 },
};

/**
 * The first key that a command names, or undefined. `words` are its first arguments with its name, `operation`, before them. Commands that are not known are
 * not guessed at: their arguments may be anything, a password too.
 */
export function keyOf(operation: string, words: readonly string[]): string | undefined {
  if (keyFirst.has(operation) || keyModules.some((module) => operation.startsWith(module))) return words[1];
  if (keySecond.has(operation)) return words[2];
  const count = countOfKeys[operation];
  if (count !== undefined) return words[count] === '0' ? undefined : words[count + 1];
  if (operation === 'MIGRATE') return words[3] === '' ? undefined : words[3];
  if (operation !== 'XREAD' && operation !== 'XREADGROUP') return undefined;
  const streams = words.findIndex((word, at) => at > 0 && word.toUpperCase() === 'STREAMS');
  return streams < 0 ? undefined : words[streams + 1];
}

/** Commands that write one value, and where it stands. */
const valueAt: Readonly<Record<string, number>> = {
  ...{ SET: 2, SETNX: 2, GETSET: 2, APPEND: 2, SETEX: 3, PSETEX: 3, SETRANGE: 3, LSET: 3, HSETNX: 3, LINSERT: 4 },
};
/** Those that may write several; only one is told, at the end of so many arguments. */
const singleValue: Readonly<Record<string, number>> = {
  ...{ HSET: 4, HMSET: 4, MSET: 3, MSETNX: 3, LPUSH: 3, RPUSH: 3, LPUSHX: 3, RPUSHX: 3, SADD: 3, PFADD: 3 },
};

/** The value that a command writes under its key, if it is one. `count`: all its arguments, with its name. */
export function valueOf(operation: string, words: readonly string[], count: number): string | undefined {
  const single = singleValue[operation];
  if (single !== undefined) return count === single ? words[single - 1] : undefined;
  const at = valueAt[operation];
  return at === undefined ? undefined : words[at];
}

/** Answered with one message for each channel, on pushes' paths. */
const subscriptions = words('SUBSCRIBE PSUBSCRIBE SSUBSCRIBE UNSUBSCRIBE PUNSUBSCRIBE SUNSUBSCRIBE');

export const isSubscription = (operation: string): boolean => subscriptions.has(operation);

const ofConnections = words('AUTH HELLO RESET SELECT CLIENT MULTI EXEC DISCARD MONITOR SYNC PSYNC');

/** Commands after which the connection may be another one: its user, its database, what is sent on it. */
export const changesConnection = (operation: string): boolean => ofConnections.has(operation) || isSubscription(operation);

/** Commands with passwords among their arguments, or in their reply: an error that quotes arguments, or such a reply, is not told. */
const secretive = words('AUTH HELLO ACL CONFIG MIGRATE SENTINEL');

export const isSecretive = (operation: string): boolean => secretive.has(operation);
