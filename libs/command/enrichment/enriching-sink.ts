import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import type { RecordSink } from '../dissection/options.ts';
import type { Enricher } from './enricher.ts';
import { nameAnswers } from './names/answers.ts';
import { Names } from './names/names.ts';

/** What names are taken from. */
const source = 'dns';

/**
 * Stands behind a dissection that sees all packets of a capture in their order: adds to each record what the enrichers say, and hands it on. What was answered by then is known, so that
 * nothing has to wait.
 */
export class EnrichingSink implements RecordSink {
  readonly names = new Names();
  readonly #sink: RecordSink;
  readonly #enrichers: readonly Enricher[];
  readonly #isWanted: (dataset: string) => boolean;

  /** `others`: enrichers beside the names. `records`: datasets that are handed on; all if absent. */
  constructor(sink: RecordSink, others: readonly Enricher[], records?: ReadonlySet<string>) {
    this.#sink = sink;
    this.#enrichers = [this.names, ...others];
    this.#isWanted = records === undefined ? () => true : (dataset) => records.has(dataset);
  }

  /** The datasets that the dissection has to give so that names are known. */
  static needed(records: ReadonlySet<string> | undefined): ReadonlySet<string> | undefined {
    return records === undefined ? undefined : new Set([...records, source]);
  }

  emit(record: TrafficRecord): void {
    const dataset = record['event.dataset'];
    if (dataset === source) for (const answer of nameAnswers(record)) this.names.add(answer);
    if (!this.#isWanted(dataset)) return;
    for (const enricher of this.#enrichers) enricher.enrich(record);
    this.#sink.emit(record);
  }
}
