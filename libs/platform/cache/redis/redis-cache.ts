import { Redis } from 'ioredis';
import { CacheUnavailable, type Cache } from '@orbweaver/command/streaming/cache.ts';
import type { Logger } from '../../service/logger.ts';
import { redisCa, type RedisSettings } from './settings.ts';

/** Milliseconds for one command, between two attempts to connect, and between two looks whether it still answers. */
const commandTimeout = 5000;
const retryPause = 500;
const lookPause = 5000;

/** Working memory in Redis. */
export class RedisCache implements Cache {
  readonly #redis: Redis;
  readonly #place: string;
  readonly #log: Logger;
  readonly #looking: NodeJS.Timeout;
  #problem: string | undefined;

  constructor(settings: RedisSettings, log: Logger) {
    const url = new URL(settings.redisUrl);
    this.#place = url.host;
    this.#log = log;
    this.#problem = `Redis at ${this.#place} has not answered yet`;
    const ca = redisCa(settings);
    this.#redis = new Redis(settings.redisUrl, {
      ...(settings.redisUsername === undefined ? {} : { username: settings.redisUsername }),
      ...(settings.redisPassword === undefined ? {} : { password: settings.redisPassword }),
      ...(ca === undefined ? {} : { tls: { ca } }),
      commandTimeout,
      connectTimeout: commandTimeout,
      // Who asks while it is away is told at once, and asks again.
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      retryStrategy: () => retryPause,
    });
    this.#redis.on('ready', () => this.#answered());
    this.#redis.on('error', (error: Error) => this.#failed(reasonOf(error)));
    this.#redis.on('close', () => {
      this.#problem ??= `Redis at ${this.#place} closed the connection`;
    });
    // A server that hangs closes nothing, and there may be nobody who asks.
    this.#looking = setInterval(() => void this.#look(), lookPause);
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return (await this.#ask(() => this.#redis.getBuffer(key))) ?? undefined;
  }

  async has(key: string): Promise<boolean> {
    return (await this.#ask(() => this.#redis.exists(key))) > 0;
  }

  async set(key: string, value: Uint8Array, timeToLive?: number): Promise<void> {
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.length);
    await this.#ask(() => (timeToLive === undefined ? this.#redis.set(key, bytes) : this.#redis.set(key, bytes, 'PX', timeToLive)));
  }

  async delete(key: string): Promise<void> {
    await this.#ask(() => this.#redis.del(key));
  }

  problem(): string | undefined {
    return this.#problem;
  }

  close(): Promise<void> {
    clearInterval(this.#looking);
    this.#redis.disconnect();
    return Promise.resolve();
  }

  async #ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (error) {
      if (isTimeout(error)) this.#failed(`it gave no answer within ${commandTimeout / 1000} s`);
      throw new CacheUnavailable(this.#problem ?? `Redis at ${this.#place}: ${(error as Error).message}`, { cause: error });
    }
  }

  async #look(): Promise<void> {
    if (this.#redis.status !== 'ready') return;
    try {
      await this.#ask(() => this.#redis.ping());
    } catch (error) {
      // Who may not ask this is answered nevertheless.
      if (((error as Error).cause as Error).name === 'ReplyError') this.#answered();
      return;
    }
    this.#answered();
  }

  #answered(): void {
    if (this.#problem !== undefined) this.#log.info({ redis: this.#place }, 'Redis answers');
    this.#problem = undefined;
  }

  #failed(reason: string): void {
    if (!(this.#problem ?? '').endsWith(reason))
      this.#log.warn({ redis: this.#place, reason }, 'Redis does not answer; trying again until it does');
    this.#problem = `Redis at ${this.#place}: ${reason}`;
  }
}

function reasonOf({ name, message }: Error): string {
  return /^(?:WRONGPASS|NOAUTH) /.test(message) ? `${message} Check redisUsername and redisPassword` : message === '' ? name : message;
}

/** Of `commandTimeout`: the client has no class for it. */
const isTimeout = (error: unknown) => error instanceof Error && error.message === 'Command timed out';
