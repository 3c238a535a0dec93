import type { Conversation } from './conversation.ts';

/** Conversations whose content is followed at a time. An open HTTP connection holds 2.3 kB, so this is about 90 MB. */
export const defaultConversationLimit = 40_000;

/** How many are looked at to find one that may go: of eight the quietest is among the quietest eighth of all nearly always. */
const candidates = 8;

/** How often in a row one at rest is looked for in vain among them before it is only looked for that rarely. */
const vainLimit = 16;

/**
 * The conversations whose content is followed, by flow, and which of them goes when one more comes than the limit allows. The choice is made among a few
 * that a fixed sequence of numbers picks: the same packets give the same records, and nothing has to be kept in order for each packet.
 */
export class OpenConversations {
  readonly limit: number;
  readonly #byFlow: (Conversation | undefined)[] = [];
  readonly #all: Conversation[] = [];
  #random = 1;
  /** How often in a row none at rest was found. */
  #vain = 0;

  constructor(limit: number = defaultConversationLimit) {
    this.limit = Math.max(1, limit);
  }

  get isFull(): boolean {
    return this.#all.length >= this.limit;
  }

  of(flow: number): Conversation | undefined {
    return this.#byFlow[flow];
  }

  add(conversation: Conversation): void {
    this.#byFlow[conversation.flow] = conversation;
    conversation.place = this.#all.push(conversation) - 1;
  }

  remove(conversation: Conversation): void {
    this.#byFlow[conversation.flow] = undefined;
    const last = this.#all.pop()!;
    if (last === conversation) return;
    this.#all[conversation.place] = last;
    last.place = conversation.place;
  }

  /**
   * The one that goes first: of which nobody waits for more by `isOver`, or else of those at rest by `isAtRest`, or else of all, the one that has been quiet longest by
   * `lastHeard`. There must be one.
   */
  firstToGo(
    isOver: (conversation: Conversation) => boolean,
    isAtRest: (conversation: Conversation) => boolean,
    lastHeard: (flow: number) => number,
  ): Conversation {
    const some: Conversation[] = [];
    for (let i = 0; i < candidates; i++) {
      const conversation = this.#next();
      if (isOver(conversation)) return conversation;
      some.push(conversation);
    }
    const quietest = quietestOf(some, lastHeard);
    // Mostly it is at rest if any is. The memory of the others is waited for while that pays.
    const asksAll = this.#vain < vainLimit || this.#vain % vainLimit === 0;
    const resting = isAtRest(quietest) ? [quietest] : asksAll ? some.filter(isAtRest) : [];
    this.#vain = resting.length > 0 ? 0 : this.#vain + 1;
    return resting.length > 0 ? quietestOf(resting, lastHeard) : quietest;
  }

  /** Xorshift, 32 bits. */
  #next(): Conversation {
    let x = this.#random;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#random = x;
    return this.#all[(x >>> 0) % this.#all.length]!;
  }
}

function quietestOf(conversations: readonly Conversation[], lastHeard: (flow: number) => number): Conversation {
  let found = conversations[0]!;
  for (const other of conversations) if (lastHeard(other.flow) < lastHeard(found.flow)) found = other;
  return found;
}
