import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import type { Enricher } from './enricher.ts';
import { standingEnrichers } from './enrichers.ts';
import type { VendorRegistry } from './mac-vendors/mac-vendors.ts';
import { nameAnswers } from './names/answers.ts';
import { Names } from './names/names.ts';

/** What names are taken from. */
const source = 'dns';

/**
 * Every enricher, behind a dissection that sees the packets of a capture in their order: what was answered by the time of a record is known, so that nothing has to wait.
 */
export class Enrichment {
  readonly #names = new Names();
  readonly #enrichers: readonly Enricher[];
  readonly #isWanted: (dataset: string) => boolean;

  /** `records`: datasets that are wanted; all if absent. */
  constructor(registry: VendorRegistry, records?: ReadonlySet<string>) {
    this.#enrichers = [this.#names, ...standingEnrichers(registry)];
    this.#isWanted = records === undefined ? () => true : (dataset) => records.has(dataset);
  }

  /** The datasets that the dissection has to give so that names are known. */
  static needed(records: ReadonlySet<string> | undefined): ReadonlySet<string> | undefined {
    return records === undefined ? undefined : new Set([...records, source]);
  }

  /** Adds to the next record what is known of it. False for one that is not wanted, of which only the names count. */
  take(record: TrafficRecord): boolean {
    this.hear(record);
    if (!this.#isWanted(record['event.dataset'])) return false;
    for (const enricher of this.#enrichers) enricher.enrich(record);
    return true;
  }

  /** A record that someone else gives out, in its place among those that are taken: only its names count. */
  hear(record: TrafficRecord): void {
    if (record['event.dataset'] === source) for (const answer of nameAnswers(record)) this.#names.add(answer);
  }
}
