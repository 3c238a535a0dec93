import { redisPrefixes } from '@orbweaver/contracts/topics/redis-prefixes.ts';
import { accessTokenLife } from './access-token.ts';

/** Working memory that other processes read too. */
export interface SharedMemory {
  get(key: string): Promise<Uint8Array | undefined>;
  /** `timeToLive` in milliseconds. */
  set(key: string, value: Uint8Array, timeToLive: number): Promise<void>;
}

const { prefix } = redisPrefixes.endedSessions;
const life = accessTokenLife * 1000;
/** Milliseconds until what could not be told is told again. */
const retryPause = 500;
/** Sessions that wait to be told of; with more, the oldest are forgotten and counted. */
const maxWaiting = 10_000;

/**
 * The sign-out list. A process that checks tokens by their signature alone asks here whether their session has ended meanwhile; who ends sessions tells it, again and
 * again until the memory has it or no token of the session is good any more.
 */
export class EndedSessions {
  readonly #memory: SharedMemory;
  readonly #clock: () => number;
  /** Session -> when its last token expires, in milliseconds since 1970. */
  readonly #waiting = new Map<string, number>();
  #telling: Promise<void> | undefined;
  #isClosed = false;
  /** Sessions that could not be told of: their tokens stay good until they expire. */
  forgotten = 0;

  constructor(memory: SharedMemory, clock: () => number = Date.now) {
    this.#memory = memory;
    this.#clock = clock;
  }

  /** Resolves at once; telling goes on behind it. */
  end(sessions: readonly string[]): void {
    const expires = this.#clock() + life;
    for (const session of sessions) this.#waiting.set(session, expires);
    while (this.#waiting.size > maxWaiting) this.#forget(this.#waiting.keys().next().value!);
    this.#telling ??= this.#tellAll().finally(() => (this.#telling = undefined));
  }

  /** Rejects while the memory cannot be asked. */
  async has(session: string): Promise<boolean> {
    return (await this.#memory.get(prefix + session)) !== undefined;
  }

  /** Undefined: everything is told. Else what is not. */
  problem(): string | undefined {
    return this.#waiting.size === 0 ? undefined : `${this.#waiting.size} ended sessions are not yet known to other processes`;
  }

  /** Waits until all is told, or `signal` fires. */
  async close(signal: AbortSignal): Promise<void> {
    const gaveUp = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    await Promise.race([this.#telling, gaveUp]);
    this.#isClosed = true;
  }

  async #tellAll(): Promise<void> {
    for (;;) {
      const [next] = this.#waiting;
      if (next === undefined || this.#isClosed) return;
      const [session, expires] = next;
      const rest = expires - this.#clock();
      if (rest <= 0) {
        this.#forget(session);
        continue;
      }
      try {
        await this.#memory.set(prefix + session, Uint8Array.of(1), rest);
        this.#waiting.delete(session);
      } catch {
        await new Promise((resolve) => setTimeout(resolve, retryPause));
      }
    }
  }

  #forget(session: string): void {
    this.#waiting.delete(session);
    this.forgotten++;
  }
}
