import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import type { Enricher } from './enricher.ts';
import { standingEnrichers } from './enrichers.ts';
import type { VendorRegistry } from './mac-vendors/mac-vendors.ts';
import { nameAnswers, type NameAnswer } from './names/answers.ts';
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

  /** Adds to the next record what is known of it, by the names that it gives itself, too. False for one that is not wanted, of which only the names count. */
  take(record: TrafficRecord): boolean {
    for (const answer of nameAnswers(record)) this.hear(answer);
    return this.enrich(record);
  }

  /** As `take`, for a record whose names were heard before. */
  enrich(record: TrafficRecord): boolean {
    if (!this.#isWanted(record['event.dataset'])) return false;
    for (const enricher of this.#enrichers) enricher.enrich(record);
    return true;
  }

  /** A name that was read elsewhere, in its place among the records that are taken. */
  hear(answer: NameAnswer): void {
    this.#names.add(answer);
  }
}
