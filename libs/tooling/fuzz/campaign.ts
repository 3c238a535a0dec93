import { Random } from '@orbweaver/protocols/sdk/conformance/random.ts';
import { Coverage } from './coverage.ts';
import type { FuzzInput } from './input.ts';
import { minimised } from './minimise.ts';
import { mutated } from './mutate.ts';
import { faultOf, type Fault } from './properties.ts';
import { seeds } from './seeds.ts';

/** Inputs between two looks at what they reached. */
const batchSize = 300;

/** Faults of one kind that are shown. */
const sameLimit = 2;

/** A fault, and the least input that shows it. */
export interface Finding {
  readonly fault: Fault;
  readonly input: FuzzInput;
}

/** Told of what a campaign does. */
export interface CampaignEvents {
  /** Called before each analysis: whoever watches knows what was tried if it never ends. */
  trying(input: FuzzInput): void;
  found(finding: Finding): void;
}

/**
 * Mutates, analyses, and keeps what reached parts of the source that nothing before it did. A campaign with the same seed tries the same, as long as
 * the source is the same.
 */
export class Campaign {
  readonly corpus: FuzzInput[];
  readonly coverage = new Coverage();
  executions = 0;
  readonly #random: Random;
  readonly #events: CampaignEvents;
  readonly #known = new Map<string, number>();

  constructor(seed: number, events: CampaignEvents) {
    this.#random = new Random(seed);
    this.#events = events;
    this.corpus = seeds();
  }

  /** Tries what mutation begins with. */
  begin(): void {
    this.coverage.take(false);
    for (const input of this.corpus) this.#try(input);
    this.coverage.take(true);
  }

  batch(): void {
    const inputs = Array.from({ length: batchSize }, () => {
      const input = mutated(this.#choose(), this.#random, this.#choose());
      this.#try(input);
      return input;
    });
    if (this.coverage.take(false) > 0) this.#keepWhatIsNew(inputs);
  }

  /** Half of the time one of those that came last: there is where something new may be near. */
  #choose(): FuzzInput {
    const { length } = this.corpus;
    const recent = Math.min(length, 200);
    return this.corpus[this.#random.below(2) === 0 ? this.#random.below(length) : length - 1 - this.#random.below(recent)]!;
  }

  /** Something in `inputs` reached what nothing had: halves them until it is found. */
  #keepWhatIsNew(inputs: readonly FuzzInput[]): void {
    if (inputs.length === 1) {
      this.#try(inputs[0]!);
      if (this.coverage.take(true) > 0) this.corpus.push(inputs[0]!);
      return;
    }
    const middle = inputs.length >> 1;
    for (const half of [inputs.slice(0, middle), inputs.slice(middle)]) {
      for (const input of half) this.#try(input);
      if (this.coverage.take(false) > 0) this.#keepWhatIsNew(half);
    }
  }

  #try(input: FuzzInput): void {
    this.#events.trying(input);
    this.executions++;
    const fault = faultOf(input);
    if (fault === undefined) return;
    // Compiling and collecting garbage fall on any input: only what stays slow is.
    if (fault.property === 'slow' && [1, 2, 3].some(() => faultOf(input)?.property !== 'slow')) return;
    const kind = kindOf(fault);
    const times = (this.#known.get(kind) ?? 0) + 1;
    this.#known.set(kind, times);
    if (times <= sameLimit) this.#events.found({ fault, input: minimised(input, fault) });
  }
}

/** Faults alike but for numbers are one. */
function kindOf({ property, message }: Fault): string {
  return `${property} ${message
    .replace(/\d+/g, 'N')
    .replace(/"[^"]*"/g, '""')
    .slice(0, 200)}`;
}
