import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';

/**
 * Adds to records what follows from them and from knowledge that is not on the wire. One folder each; they know nothing of each other.
 *
 * - It adds fields and touches none that are there; a field that it has nothing to say of stays absent. Every field it may add is declared in `base-fields.ts` or in
 *   the schema of the dataset.
 * - The same record gets the same fields, wherever and however often it comes by: what it depends on beside the record (names seen before) is part of its contract.
 * - It runs for each record: no I/O, no exceptions, memory bounded.
 */
export interface Enricher {
  readonly name: string;
  enrich(record: TrafficRecord): void;
}
