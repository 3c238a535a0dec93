/**
 * Working memory: small values by key, shared by the processes of one app.
 *
 * - What `set` has acknowledged is there for every process that asks later, until its time is over or the memory is emptied. It is memory, not storage: who keeps
 *   something here says what happens when it is gone.
 * - One value replaces another as a whole; nobody sees half of one.
 * - While the memory cannot be reached, calls reject with `CacheUnavailable` within seconds; they work again by themselves.
 */
export interface Cache {
  get(key: string): Promise<Uint8Array | undefined>;
  has(key: string): Promise<boolean>;
  /** `timeToLive` in milliseconds; without it the value stays. */
  set(key: string, value: Uint8Array, timeToLive?: number): Promise<void>;
  delete(key: string): Promise<void>;
  /** Undefined: well. Else what is wrong. */
  problem(): string | undefined;
  close(): Promise<void>;
}

/** The working memory does not answer; the message says where it should be and why it does not. */
export class CacheUnavailable extends Error {
  override readonly name = 'CacheUnavailable';
}
