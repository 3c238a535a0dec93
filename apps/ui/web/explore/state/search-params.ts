import { z } from 'zod';

const text = z.string().optional().catch(undefined);

/** The state of Explore as it stands in the URL. A parameter that makes no sense counts as absent. */
export const exploreSearch = z.object({
  /** One dataset; absent: all of them. */
  dataset: text,
  q: text,
  /** RFC 3339 or `now-15m`; `all` for everything stored; absent: chosen for the data. */
  from: text,
  to: text,
  /** Field names, joined by commas, in order. */
  columns: text,
  /** `field:asc` or `field:desc`. */
  sort: text,
  facets: text,
  /** Records that repeat what another observer told of first are shown, too. */
  twins: z.literal('show').optional().catch(undefined),
  /** The field that stacks the timeline; `none` for no stacking. */
  by: text,
  /** `dataset:id` of the record in the detail panel. */
  record: text,
  tab: z.enum(['overview', 'flow', 'json']).optional().catch(undefined),
  /** The detail panel keeps its record while the table is walked through. */
  pinned: z.literal('yes').optional().catch(undefined),
  /** Seconds between refreshes. */
  refresh: z
    .string()
    .regex(/^[1-9]\d{0,3}$/)
    .optional()
    .catch(undefined),
});

export type ExploreSearch = z.infer<typeof exploreSearch>;
/** What to change; `undefined` takes a parameter away. */
export type ExplorePatch = { [Key in keyof ExploreSearch]?: ExploreSearch[Key] | undefined };

export interface RecordKey {
  readonly dataset: string;
  readonly id: string;
}

export const recordParameter = (key: RecordKey): string => `${key.dataset}:${key.id}`;

export function parseRecord(parameter: string | undefined): RecordKey | undefined {
  const colon = parameter?.indexOf(':') ?? -1;
  if (parameter === undefined || colon < 1) return undefined;
  return { dataset: parameter.slice(0, colon), id: parameter.slice(colon + 1) };
}

export function parseList(parameter: string | undefined): string[] | undefined {
  return parameter === undefined ? undefined : parameter.split(',').filter((item) => item !== '');
}

export interface Sort {
  readonly field: string;
  readonly order: 'asc' | 'desc';
}

export const newestFirst: Sort = { field: '@timestamp', order: 'desc' };

export function parseSort(parameter: string | undefined): Sort {
  const match = /^(.+):(asc|desc)$/.exec(parameter ?? '');
  return match ? { field: match[1]!, order: match[2] === 'asc' ? 'asc' : 'desc' } : newestFirst;
}
