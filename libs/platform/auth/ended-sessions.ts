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
/** Milliseconds between two looks whether the memory still has what it was told. */
const lookPause = 5000;
/** Sessions that wait to be told of, and that are held to be told again; with more, the oldest are forgotten. */
const maxHeld = 10_000;

/**
 * The sign-out list. A process that checks tokens by their signature alone asks here whether their session has ended meanwhile; who ends sessions tells it, again and
 * again until the memory has it or no token of the session is good any more. A memory that was emptied is told anew.
 */
export class EndedSessions {
  readonly #memory: SharedMemory;
  readonly #clock: () => number;
  /** Session -> when its last token expires, in milliseconds since 1970. */
  readonly #waiting = new Map<string, number>();
  /** What the memory has, likewise. */
  readonly #told = new Map<string, number>();
  readonly #emptied: () => void;
  #looking: NodeJS.Timeout | undefined;
  #telling: Promise<void> | undefined;
  #isClosed = false;
  /** Sessions that could not be told of: their tokens stay good until they expire. */
  forgotten = 0;

  /** `emptied` is told when the memory has lost what it was told. */
  constructor(memory: SharedMemory, { clock = Date.now, emptied = () => undefined }: { clock?: () => number; emptied?: () => void } = {}) {
    this.#memory = memory;
    this.#clock = clock;
    this.#emptied = emptied;
  }

  /** Resolves at once; telling goes on behind it. */
  end(sessions: readonly string[]): void {
    const expires = this.#clock() + life;
    for (const session of sessions) this.#waiting.set(session, expires);
    while (this.#waiting.size > maxHeld) this.#forget(this.#waiting.keys().next().value!);
    this.#tell();
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
    clearTimeout(this.#looking);
  }

  #tell(): void {
    this.#telling ??= this.#tellAll().finally(() => (this.#telling = undefined));
    this.#looking ??= setTimeout(() => void this.#look(), lookPause);
  }

  /** As long as a token of what was told may be good. */
  async #look(): Promise<void> {
    const now = this.#clock();
    for (const [session, expires] of this.#told) if (expires <= now) this.#told.delete(session);
    const newest = [...this.#told.keys()].at(-1);
    const isThere = newest === undefined || (await this.has(newest).catch(() => true));
    this.#looking = undefined;
    if (this.#isClosed) return;
    if (!isThere && this.#told.has(newest) && this.#told.get(newest)! > this.#clock()) {
      this.#emptied();
      for (const [session, expires] of this.#told) this.#waiting.set(session, expires);
      this.#told.clear();
    }
    if (this.#told.size + this.#waiting.size > 0) this.#tell();
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
        this.#told.set(session, expires);
        if (this.#told.size > maxHeld) this.#told.delete(this.#told.keys().next().value!);
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
