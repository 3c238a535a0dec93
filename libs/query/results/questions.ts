import type {
  CheckAnswer,
  CompleteAnswer,
  ExtentAnswer,
  FlatRecord,
  FlowAnswer,
  HistogramAnswer,
  RequestProblem,
  SearchAnswer,
  StatisticsAnswer,
  TermsAnswer,
} from '@orbweaver/contracts/query/answers.ts';
import type {
  CompleteRequest,
  HistogramRequest,
  Scope,
  SearchRequest,
  StatisticsRequest,
  TermsRequest,
} from '@orbweaver/contracts/query/requests.ts';
import { completeQuery } from '../language/complete.ts';
import { parseQuery } from '../language/parse.ts';
import type { Catalogue } from '../search/catalogue.ts';
import { checkQuery } from '../search/check.ts';
import { writeCursor } from '../search/cursor.ts';
import { formatNanos } from '../search/instant-text.ts';
import { bucketCount, readableInterval } from '../search/interval.ts';
import { planHistogram, planSearch, planSelection, planStatistics, planTerms, Problems, type PlanContext } from '../search/plan.ts';
import type { Reader, ReadOptions, Selection, StoreStatus, TimeRange } from '../search/reader.ts';
import { countTwins } from './count-twins.ts';
import { timeline } from './timeline.ts';
import { valuesFrom } from './values.ts';

/** What is wrong with a request; all of it. */
export class BadQuestion extends Error {
  override readonly name = 'BadQuestion';
  readonly problems: readonly RequestProblem[];

  constructor(problems: readonly RequestProblem[]) {
    super(problems.map(({ path, message }) => `${path}: ${message}`).join('; '));
    this.problems = problems;
  }
}

const defaultBuckets = 100;
const maxBuckets = 1000;
/** Records of other datasets that are listed with a flow. */
const maxTransactions = 1000;

/**
 * Answers the questions of the API, whatever the store: checks, plans, asks the Reader, shapes the answer. Each rejects with `BadQuestion` if the request makes no
 * sense, with `QueryTimeout` or `QueryTooLarge` if it asks too much, and with the signal's reason once that is aborted.
 */
export class Questions {
  readonly catalogue: Catalogue;
  readonly #reader: Reader;
  readonly #clock: () => number;

  /** `clock`: milliseconds since 1970. */
  constructor(reader: Reader, catalogue: Catalogue, clock: () => number = Date.now) {
    this.#reader = reader;
    this.catalogue = catalogue;
    this.#clock = clock;
  }

  async search(request: SearchRequest, options?: ReadOptions): Promise<SearchAnswer> {
    const { plan, cursor } = this.#plan((context, problems) => planSearch(request, context, problems));
    const { value: page, took_ms } = await timed(this.#reader.search(plan, options));
    const total = page.total ?? cursor?.total ?? { value: page.records.length, relation: 'gte' as const };
    const next = page.last === undefined ? {} : { next_cursor: writeCursor(request, { ...page.last, total }) };
    const partial = page.partial && { partial: { reason: 'the search takes long', until: formatNanos(page.partial.until) } };
    return { records: [...page.records], ...next, total, took_ms, ...partial };
  }

  async histogram(request: HistogramRequest, options?: ReadOptions): Promise<HistogramAnswer> {
    const { selection, by, interval: wished } = this.#plan((context, problems) => planHistogram(request, context, problems));
    const time = await this.#timeOf(selection, options);
    const interval = wished ?? readableInterval(time.from, time.to, request.buckets ?? defaultBuckets);
    const buckets = bucketCount(time.from, time.to, interval);
    if (buckets > maxBuckets) {
      const message = `The time has ${buckets} intervals of ${request.interval ?? ''}; at most ${maxBuckets} are possible`;
      throw new BadQuestion([{ path: 'interval', message }]);
    }
    const plan = { selection: { ...selection, time }, interval, ...(by === undefined ? {} : { by }) };
    const { value: found, took_ms } = await timed(this.#reader.histogram(plan, options));
    return { ...timeline(found, time, interval), took_ms };
  }

  async terms(request: TermsRequest, options?: ReadOptions): Promise<TermsAnswer> {
    const plan = this.#plan((context, problems) => planTerms(request, context, problems));
    const { value, took_ms } = await timed(this.#reader.terms(plan, options));
    return { ...value, buckets: value.buckets.map((bucket) => ({ ...bucket })), took_ms };
  }

  async statistics(request: StatisticsRequest, options?: ReadOptions): Promise<StatisticsAnswer> {
    const plan = this.#plan((context, problems) => planStatistics(request, context, problems));
    const { value, took_ms } = await timed(this.#reader.statistics(plan, options));
    return { groups: value.map(({ key, values }) => ({ key: [...key], values: { ...values } })), took_ms };
  }

  /** Of all datasets if none is named. The count is without twins. */
  async extent(datasets: readonly string[] | undefined, options?: ReadOptions): Promise<ExtentAnswer> {
    const selection = this.#select({ datasets: datasets ?? [...this.catalogue.datasets.keys()] });
    const [extent, twins] = await Promise.all([
      this.#reader.extent(selection.datasets, options),
      countTwins(this.#reader, selection.datasets, options),
    ]);
    if (extent === undefined) return { count: 0 };
    const hidden = [...twins.values()].reduce((sum, count) => sum + count, 0);
    return { from: formatNanos(extent.from), to: formatNanos(extent.to), count: Math.max(0, extent.count - hidden) };
  }

  /** Undefined if there is no such record. */
  record(id: string, dataset: string | undefined, options?: ReadOptions): Promise<FlatRecord | undefined> {
    const datasets = dataset === undefined ? undefined : this.#select({ datasets: [dataset] }).datasets;
    return this.#reader.record(id, datasets, options);
  }

  /** Undefined if there is no such flow. */
  async flow(id: string, options?: ReadOptions): Promise<FlowAnswer | undefined> {
    const found = await this.#reader.flow(id, maxTransactions, options);
    return found === undefined ? undefined : { ...found, transactions: [...found.transactions] };
  }

  status(): Promise<StoreStatus> {
    return this.#reader.status();
  }

  /** What is wrong with a query, as it is typed. Unknown datasets are left out. */
  check(query: string, datasets: readonly string[]): CheckAnswer {
    const parsed = parseQuery(query);
    if (!parsed.ok) return { ok: false, errors: [parsed.problem] };
    const known = datasets.filter((dataset) => this.catalogue.datasets.has(dataset));
    const { problems } = checkQuery(parsed.ast, { catalogue: this.catalogue, datasets: known, now: this.#clock() });
    return { ok: problems.length === 0, errors: [...problems], ast: parsed.ast };
  }

  complete(request: CompleteRequest, options?: ReadOptions): Promise<CompleteAnswer> {
    const { datasets, time } = request;
    // What is typed may be about twins.
    const selection = this.#select({ datasets, twins: 'show', ...(time === undefined ? {} : { time }) });
    return completeQuery(request.query, request.position, {
      catalogue: this.catalogue,
      datasets: selection.datasets,
      values: valuesFrom(this.#reader, selection, options),
    });
  }

  #select(scope: Scope): Selection {
    return this.#plan((context, problems) => planSelection(scope, context, problems));
  }

  #plan<T>(plan: (context: PlanContext, problems: Problems) => T): T {
    const problems = new Problems();
    const planned = plan({ catalogue: this.catalogue, now: this.#clock() }, problems);
    if (problems.list.length > 0) throw new BadQuestion(problems.list);
    return planned;
  }

  /** The time that was asked for, else that of all records of the datasets; an empty one where there is none. */
  async #timeOf({ time, datasets }: Selection, options?: ReadOptions): Promise<TimeRange> {
    if (time !== undefined) return time;
    const extent = await this.#reader.extent(datasets, options);
    const now = BigInt(this.#clock()) * 1_000_000n;
    return extent === undefined ? { from: now, to: now } : { from: extent.from, to: extent.to + 1n };
  }
}

async function timed<T>(work: Promise<T>): Promise<{ value: T; took_ms: number }> {
  const started = performance.now();
  const value = await work;
  return { value, took_ms: Math.round((performance.now() - started) * 10) / 10 };
}
