import { describeKey } from './next.ts';
import { refusals } from './refusal.ts';

/** Kinds of not-IP frames that are told apart; more are counted in the sum alone. */
const kindLimit = 256;

/** Where the frames went: `frames` = `inFlows` + `notIp` + the sum of `refused`. Packets inside tunnels are counted beside that. */
export class DecodeCounters {
  frames = 0;
  inFlows = 0;
  notIp = 0;
  /** By index into `refusals`. */
  readonly refused = new Float64Array(refusals.length);
  innerNotIp = 0;
  readonly innerRefused = new Float64Array(refusals.length);
  readonly #notIpKinds = new Map<number, number>();

  addNotIp(key: number): void {
    this.notIp++;
    const count = this.#notIpKinds.get(key);
    if (count !== undefined || this.#notIpKinds.size < kindLimit) this.#notIpKinds.set(key, (count ?? 0) + 1);
  }

  /** Reason to count, without the zeroes. */
  refusedByName(counts: Float64Array = this.refused): Record<string, number> {
    const named: Record<string, number> = {};
    refusals.forEach((name, index) => {
      if (counts[index]! > 0) named[name] = counts[index]!;
    });
    return named;
  }

  /** What the frames that are not IP were, most frequent first: `ethertype 0x88cc`. */
  notIpByName(): [name: string, count: number][] {
    return [...this.#notIpKinds].sort((a, b) => b[1] - a[1]).map(([key, count]) => [describeKey(key), count]);
  }
}
