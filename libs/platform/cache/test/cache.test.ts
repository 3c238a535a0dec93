import { afterAll, expect, test } from 'vitest';
import { ownPrefix, sharedServer } from '@orbweaver/testing/stack/shared.ts';
import { readSettings } from '../../service/config/settings.ts';
import { createLogger } from '../../service/logger.ts';
import { cacheConformance } from '../conformance/cache-conformance.ts';
import { MemoryCache } from '../memory/memory-cache.ts';
import { RedisCache } from '../redis/redis-cache.ts';
import { redisSettings } from '../redis/settings.ts';

const log = createLogger({ level: 'silent', pretty: false, service: 'test' });
const at = (redisUrl: string) => new RedisCache(readSettings(redisSettings, { flags: { redisUrl }, environment: {}, file: {} }), log);

cacheConformance('memory', () => {
  let now = 0;
  const cache = new MemoryCache(() => now);
  return Promise.resolve({ cache, prefix: '', pass: (milliseconds) => Promise.resolve(void (now += milliseconds)) });
});

const { address } = await sharedServer('redis');
const cache = at(address);
afterAll(() => cache.close());
cacheConformance('redis', async () => {
  await expect.poll(() => cache.problem()).toBeUndefined();
  return { cache, prefix: ownPrefix(), pass: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)) };
});

test('a_memory_that_is_not_there_says_where_and_why_and_holds_nobody_up', async () => {
  const nowhere = at('redis://127.0.0.1:1');
  await expect(nowhere.get('a')).rejects.toMatchObject({ name: 'CacheUnavailable', message: expect.stringContaining('127.0.0.1:1') });
  await expect.poll(() => nowhere.problem()).toContain('ECONNREFUSED');
  await nowhere.close();
});
