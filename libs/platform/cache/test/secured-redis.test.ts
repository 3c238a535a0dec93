import { afterAll, expect, test } from 'vitest';
import { openStack } from '@orbweaver/testing/stack/stack.ts';
import { readSettings } from '../../service/config/settings.ts';
import { createLogger } from '../../service/logger.ts';
import { RedisCache } from '../redis/redis-cache.ts';
import { redisSettings } from '../redis/settings.ts';

const stack = await openStack({ isSecured: true });
afterAll(() => stack.close());
const { address: redisUrl } = await stack.server('redis');
const { password, ca } = stack.access!;
const log = createLogger({ level: 'silent', pretty: false, service: 'test' });
const at = (flags: Readonly<Record<string, string>>) =>
  new RedisCache(readSettings(redisSettings, { flags: { redisUrl, ...flags }, environment: {}, file: {} }), log);

test('values_go_through_tls_with_a_password', async () => {
  const cache = at({ redisPassword: password, redisTlsCa: ca });
  await expect.poll(() => cache.problem()).toBeUndefined();
  await cache.set('name', new Uint8Array([1, 2]));
  expect([...(await cache.get('name'))!]).toEqual([1, 2]);
  await cache.close();
});

test('a_wrong_password_and_an_unknown_authority_are_refused', async () => {
  const wrong = at({ redisPassword: 'wrong', redisTlsCa: ca });
  await expect.poll(() => wrong.problem(), { timeout: 5000 }).toMatch(/WRONGPASS .* Check redisUsername and redisPassword/);
  await wrong.close();
  const unknown = at({ redisPassword: password });
  await expect.poll(() => unknown.problem(), { timeout: 5000 }).toMatch(/certificate|issuer/i);
  await unknown.close();
});
