import { Word, wordsPerFlow, type FlowSlab } from './flow-slab.ts';

/** Slots of one second; a deadline farther off is looked at again when its slot comes round. */
const slotCount = 1024;
const none = 0xffffffff;
/** In place of the previous flow: this one is the first of a slot, whose number stands in the other bits. */
const isFirst = 0x80000000;

/**
 * Which flow is to be looked at when. A flow that receives a packet is left where it is: when its slot comes, whoever handles it sees that its
 * deadline has moved and schedules it anew. So a packet costs nothing here.
 *
 * Time is the table's clock, in whole seconds, which never goes back.
 */
export class TimerWheel {
  readonly #slab: FlowSlab;
  readonly #heads = new Uint32Array(slotCount).fill(none);
  #now = 0;

  constructor(slab: FlowSlab) {
    this.#slab = slab;
  }

  get now(): number {
    return this.#now;
  }

  /** To be looked at once the clock has passed `deadline`. */
  schedule(flow: number, deadline: number): void {
    const wait = deadline - this.#now;
    const slot = (this.#now + (wait < 1 ? 1 : wait >= slotCount ? slotCount - 1 : wait)) % slotCount;
    const words = this.#slab.words;
    const at = flow * wordsPerFlow;
    const head = this.#heads[slot]!;
    words[at + Word.timerPrevious] = isFirst | slot;
    words[at + Word.timerNext] = head;
    if (head !== none) words[head * wordsPerFlow + Word.timerPrevious] = flow;
    this.#heads[slot] = flow;
  }

  cancel(flow: number): void {
    const words = this.#slab.words;
    const at = flow * wordsPerFlow;
    const previous = words[at + Word.timerPrevious]!;
    const next = words[at + Word.timerNext]!;
    if (previous >= isFirst) this.#heads[previous & ~isFirst] = next;
    else words[previous * wordsPerFlow + Word.timerNext] = next;
    if (next !== none) words[next * wordsPerFlow + Word.timerPrevious] = previous;
  }

  /**
   * Moves the clock to `now` and hands every flow of the slots on the way to `visit`, oldest slot first. `visit` finds the flow off the wheel and
   * schedules it again or ends it.
   */
  advance(now: number, visit: (flow: number) => void): void {
    if (now <= this.#now) return;
    const steps = Math.min(now - this.#now, slotCount);
    const first = this.#now + 1;
    this.#now = now;
    for (let i = 0; i < steps; i++) {
      const slot = (first + i) % slotCount;
      let flow = this.#heads[slot]!;
      this.#heads[slot] = none;
      while (flow !== none) {
        const next = this.#slab.words[flow * wordsPerFlow + Word.timerNext]!;
        visit(flow);
        flow = next;
      }
    }
  }

  /** A flow whose turn comes soonest, taken off the wheel; -1 if there is none. */
  takeSoonest(): number {
    for (let i = 1; i <= slotCount; i++) {
      const flow = this.#heads[(this.#now + i) % slotCount]!;
      if (flow !== none) {
        this.cancel(flow);
        return flow;
      }
    }
    return -1;
  }
}
