/** The span of time that one index holds, by the time of its records (UTC). `year` is for records whose clock ran wild: see the store's writer. */
export type IndexWidth = 'hour' | 'day' | 'month' | 'year';

/** Begins the names of all indices of an installation. */
export const defaultIndexPrefix = 'orbweaver';

export interface IndexSpan {
  readonly dataset: string;
  readonly width: IndexWidth;
  /** Nanoseconds since 1970, `from` inclusive, `to` exclusive. */
  readonly from: bigint;
  readonly to: bigint;
}

const nanosPerMilli = 1_000_000n;
/** What `date_nanos` holds: from 1970 until some day in 2262. */
const firstNanos = 0n;
const lastNanos = 2n ** 63n - 1n;

/** Of a question's span, so many steps are named one by one; a longer one is asked for by the next wider names. */
const maxHours = 48;
const maxDays = 62;
const maxMonths = 36;
const maxYears = 60;

/** `orbweaver-http-2026.01.02`; an hour's ends in `.03`, a month's in `2026.01`, a year's in `2026`. The dataset is one word without a hyphen. */
export function indexName(prefix: string, dataset: string, width: IndexWidth, nanos: bigint): string {
  return `${prefix}-${dataset}-${stamp(Number(nanos / nanosPerMilli), width)}`;
}

/** What an index of this installation holds, told by its name alone; undefined if the name is not ours. */
export function indexSpan(prefix: string, name: string): IndexSpan | undefined {
  if (!name.startsWith(`${prefix}-`)) return undefined;
  const match = /^([a-z][a-z0-9_]*)-(\d{4})(?:\.(\d\d)(?:\.(\d\d)(?:\.(\d\d))?)?)?$/.exec(name.slice(prefix.length + 1));
  if (match === null) return undefined;
  const [, dataset, year, month, day, hour] = match;
  const width = hour !== undefined ? 'hour' : day !== undefined ? 'day' : month !== undefined ? 'month' : 'year';
  const from = Date.UTC(Number(year), Number(month ?? 1) - 1, Number(day ?? 1), Number(hour ?? 0));
  return { dataset: dataset!, width, from: BigInt(from) * nanosPerMilli, to: BigInt(next(from, width)) * nanosPerMilli };
}

/**
 * Names and patterns of the indices that can hold records of these datasets and this time (`to` exclusive), whatever width they have: the fewer the narrower
 * the time. Without a time, all of them. Some will not exist.
 */
export function indicesOf(prefix: string, datasets: readonly string[], time?: { readonly from: bigint; readonly to: bigint }): string[] {
  const stamps = time === undefined ? ['*'] : stampsOf(time.from, time.to);
  return datasets.flatMap((dataset) => stamps.map((each) => `${prefix}-${dataset}-${each}`));
}

function stampsOf(fromNanos: bigint, toNanos: bigint): string[] {
  const from = fromNanos < firstNanos ? firstNanos : fromNanos;
  const to = toNanos > lastNanos ? lastNanos : toNanos;
  if (to <= from) return [];
  const first = Number(from / nanosPerMilli);
  const last = Number((to - 1n) / nanosPerMilli);
  const all = (width: IndexWidth, limit: number) => steps(first, last, width, limit)?.map((each) => stamp(each, width));
  const years = all('year', maxYears);
  if (years === undefined) return ['*'];
  const months = all('month', maxMonths);
  if (months === undefined) return years.flatMap((year) => [year, `${year}.*`]);
  const days = all('day', maxDays);
  if (days === undefined) return [...years, ...months.flatMap((month) => [month, `${month}.*`])];
  const hours = all('hour', maxHours);
  const within = hours === undefined ? days.flatMap((day) => [day, `${day}.*`]) : [...days, ...hours];
  return [...years, ...months, ...within];
}

/** Beginnings of the spans that meet `[first, last]`; undefined if they are more than `limit`. */
function steps(first: number, last: number, width: IndexWidth, limit: number): number[] | undefined {
  const found: number[] = [];
  for (let at = start(first, width); at <= last; at = next(at, width)) {
    if (found.length === limit) return undefined;
    found.push(at);
  }
  return found;
}

function start(millis: number, width: IndexWidth): number {
  const date = new Date(millis);
  const [year, month, day, hour] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate(), date.getUTCHours()];
  if (width === 'year') return Date.UTC(year, 0);
  if (width === 'month') return Date.UTC(year, month);
  return width === 'day' ? Date.UTC(year, month, day) : Date.UTC(year, month, day, hour);
}

/** The span behind the one that begins there. */
function next(from: number, width: IndexWidth): number {
  const date = new Date(from);
  if (width === 'year') return Date.UTC(date.getUTCFullYear() + 1, 0);
  if (width === 'month') return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
  return from + (width === 'day' ? 86_400_000 : 3_600_000);
}

function stamp(millis: number, width: IndexWidth): string {
  const parts = new Date(millis).toISOString().slice(0, 13).split(/[-T]/);
  return parts.slice(0, { year: 1, month: 2, day: 3, hour: 4 }[width]).join('.');
}
