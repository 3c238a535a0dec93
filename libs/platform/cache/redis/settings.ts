import { readFileSync } from 'node:fs';
import { optionalSetting, secretSetting, setting, type ConfigOf } from '../../service/config/settings.ts';
import { text, url } from '../../service/config/values.ts';

/** What an app that uses Redis has among its settings. */
export const redisSettings = {
  redisUrl: setting(url('redis', 'rediss'), 'redis://127.0.0.1:6379', 'Redis, as redis://host:port/database, or rediss:// for TLS.'),
  redisUsername: optionalSetting(text, 'User name for Redis; absent: its default user.'),
  redisPassword: secretSetting(text, 'Password for Redis.'),
  redisTlsCa: optionalSetting(text, 'File with the certificates (PEM) that vouch for Redis; absent: those of the system.'),
} as const;

export type RedisSettings = ConfigOf<typeof redisSettings>;

/** The certificates to trust; throws with the setting's name if they cannot be read. */
export function redisCa({ redisTlsCa }: RedisSettings): string | undefined {
  if (redisTlsCa === undefined) return undefined;
  try {
    return readFileSync(redisTlsCa, 'utf8');
  } catch (error) {
    throw new Error(`redisTlsCa: ${redisTlsCa} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
