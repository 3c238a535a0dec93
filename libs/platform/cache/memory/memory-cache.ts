import type { Cache } from '@orbweaver/command/streaming/cache.ts';

/** Working memory within one process. */
export class MemoryCache implements Cache {
  readonly #values = new Map<string, { readonly value: Uint8Array; readonly until: number }>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  get(key: string): Promise<Uint8Array | undefined> {
    const found = this.#values.get(key);
    if (found === undefined || found.until > this.#now()) return Promise.resolve(found?.value.slice());
    this.#values.delete(key);
    return Promise.resolve(undefined);
  }

  async has(key: string): Promise<boolean> {
    return (await this.get(key)) !== undefined;
  }

  set(key: string, value: Uint8Array, timeToLive = Infinity): Promise<void> {
    this.#values.set(key, { value: value.slice(), until: this.#now() + timeToLive });
    return Promise.resolve();
  }

  delete(key: string): Promise<void> {
    this.#values.delete(key);
    return Promise.resolve();
  }

  problem(): string | undefined {
    return undefined;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
