import { z } from 'zod';
import { answer, request } from './naming.ts';
import { DatasetNames, FieldName, scopeShape } from './scope.ts';
import { maxBuckets, maxFields, maxMetrics, maxPageSize, maxSortKeys, maxTerms, maxTokenLength } from './limits.ts';

const Scalar = z.union([z.string(), z.number(), z.boolean()]);
const FieldMap = z.record(z.string(), z.union([Scalar, z.array(z.string())]));

export const FieldValue = answer('FieldValue', z.union([Scalar, z.array(z.string()), z.array(z.number()), FieldMap, z.array(FieldMap)]));

export const FlatRecord = answer(
  'Record',
  z
    .object({ '@timestamp': z.string(), 'event.id': z.string(), 'event.dataset': z.string() })
    .catchall(FieldValue)
    .describe('A record: dotted field names to values. The three named here are always there, whatever fields were asked for.'),
);
export type FlatRecord = z.infer<typeof FlatRecord>;

const took = z.number().describe('Milliseconds that the store worked on it.');

const pageSize = z
  .int('size is a whole number of records')
  .min(1, 'size is at least 1')
  .max(maxPageSize, `size is at most ${String(maxPageSize)}; ask for the next page with cursor`);

export const SortKey = request('SortKey', z.strictObject({ field: FieldName, order: z.enum(['asc', 'desc']).default('asc') }));
export type SortKey = z.infer<typeof SortKey>;

export const SearchRequest = request(
  'SearchRequest',
  z.strictObject({
    ...scopeShape,
    sort: z
      .array(SortKey)
      .min(1)
      .max(maxSortKeys, `sort by at most ${String(maxSortKeys)} fields`)
      .optional()
      .describe('Newest first if absent.'),
    fields: z
      .array(FieldName)
      .min(1)
      .max(maxFields, `ask for at most ${String(maxFields)} fields, or leave fields out to get all`)
      .optional()
      .describe('Only these fields. Absent: all.'),
    size: pageSize.default(50),
    cursor: z
      .string()
      .max(maxTokenLength)
      .optional()
      .describe('`next_cursor` of the page before; everything else must be as it was there.'),
  }),
);
export type SearchRequest = z.infer<typeof SearchRequest>;

export const SearchAnswer = answer(
  'SearchAnswer',
  z.object({
    records: z.array(FlatRecord),
    next_cursor: z.string().optional().describe('Absent on the last page.'),
    total: z.object({
      value: z.int(),
      relation: z.enum(['eq', 'gte']).describe('`gte`: counting stopped there; there are at least so many.'),
    }),
    took_ms: took,
    partial: z
      .object({ reason: z.string(), until: z.string().describe('Complete up to this time.') })
      .optional()
      .describe('There when the answer is not complete.'),
  }),
);
export type SearchAnswer = z.infer<typeof SearchAnswer>;

export const Interval = z
  .string()
  .min(2, 'an interval is a number and a unit, such as 30s')
  .max(16, 'an interval is a number and a unit, such as 30s')
  .describe('A number and a unit: ms, s, m, h, d, w.');

const bucketTarget = z
  .int()
  .min(1, 'buckets is at least 1')
  .max(maxBuckets, `buckets is at most ${String(maxBuckets)}; choose a shorter time or fewer buckets`);

const termCount = z
  .int()
  .min(1, 'size is at least 1')
  .max(maxTerms, `size is at most ${String(maxTerms)} values`);

export const HistogramRequest = request(
  'HistogramRequest',
  z
    .strictObject({
      ...scopeShape,
      buckets: bucketTarget
        .optional()
        .describe('About so many buckets; the interval is rounded to one that people read. 100 if neither is given.'),
      interval: Interval.optional().describe('Instead of buckets.'),
      by: FieldName.optional().describe('Splits each bucket by the values of this field.'),
      by_size: z.int().min(1).max(50, 'by_size is at most 50 values').default(8).describe('The most frequent values that get a group.'),
    })
    .refine((body) => body.buckets === undefined || body.interval === undefined, {
      error: 'give buckets or interval, not both',
      path: ['interval'],
    }),
);
export type HistogramRequest = z.infer<typeof HistogramRequest>;

export const HistogramAnswer = answer(
  'HistogramAnswer',
  z.object({
    interval_ms: z.number(),
    from: z.string().describe('Start of the first bucket.'),
    to: z.string().describe('End of the last bucket.'),
    buckets: z
      .array(
        z.object({
          start: z.string(),
          count: z.int(),
          groups: z.record(z.string(), z.int()).optional().describe('Counts by value of `by`; what they leave of `count` is other values.'),
        }),
      )
      .describe('Every bucket of the range in order, empty ones too.'),
    took_ms: took,
  }),
);
export type HistogramAnswer = z.infer<typeof HistogramAnswer>;

export const TermsRequest = request('TermsRequest', z.strictObject({ ...scopeShape, field: FieldName, size: termCount.default(10) }));
export type TermsRequest = z.infer<typeof TermsRequest>;

export const TermsAnswer = answer(
  'TermsAnswer',
  z.object({
    buckets: z.array(z.object({ value: Scalar, count: z.int() })).describe('Most frequent first.'),
    other: z.int().describe('Records whose value is not among the buckets.'),
    missing: z.int().describe('Records without the field.'),
    distinct: z.int().describe('How many values there are.'),
    approximate: z.boolean().describe('`distinct` is an estimate.'),
    took_ms: took,
  }),
);
export type TermsAnswer = z.infer<typeof TermsAnswer>;

export const Metric = request(
  'Metric',
  z
    .strictObject({
      op: z.enum(['count', 'sum', 'average', 'min', 'max', 'percentiles', 'distinct']),
      field: FieldName.optional().describe('Needed by all but count.'),
      percents: z.array(z.number().min(0).max(100)).min(1).max(20).optional().describe('For percentiles; 50, 95, 99 if absent.'),
      name: z.string().min(1).max(64).optional().describe('Key of the value; `op` or `op(field)` if absent.'),
    })
    .superRefine((metric, context) => {
      if (metric.op !== 'count' && metric.field === undefined)
        context.addIssue({ code: 'custom', path: ['field'], message: `${metric.op} needs a field` });
      if (metric.op !== 'percentiles' && metric.percents !== undefined)
        context.addIssue({ code: 'custom', path: ['percents'], message: 'percents belongs to percentiles only' });
    }),
);
export type Metric = z.infer<typeof Metric>;

export const Grouping = z.union(
  [z.strictObject({ field: FieldName, size: termCount.default(10) }), z.strictObject({ interval: Interval })],
  {
    error: 'group by {field, size} or by {interval}',
  },
);
export type Grouping = z.infer<typeof Grouping>;

export const StatisticsRequest = request(
  'StatisticsRequest',
  z.strictObject({
    ...scopeShape,
    metrics: z
      .array(Metric)
      .min(1, 'ask for at least one metric')
      .max(maxMetrics, `ask for at most ${String(maxMetrics)} metrics`),
    group_by: z.array(Grouping).max(2, 'group by at most two').optional(),
  }),
);
export type StatisticsRequest = z.infer<typeof StatisticsRequest>;

export const StatisticsAnswer = answer(
  'StatisticsAnswer',
  z.object({
    groups: z.array(
      z.object({
        key: z.array(z.union([Scalar, z.null()])).describe('One value for each `group_by`; null where a record has none.'),
        values: z
          .record(z.string(), z.union([z.number(), z.null(), z.record(z.string(), z.union([z.number(), z.null()]))]))
          .describe('By the metric’s name; percentiles as `{p50: …}`; null where there was no value.'),
      }),
    ),
    took_ms: took,
  }),
);
export type StatisticsAnswer = z.infer<typeof StatisticsAnswer>;

/** `?datasets=flow,http`: a list in one query parameter. */
export const ExtentParameters = z.strictObject({
  datasets: z
    .string()
    .transform((text) => text.split(',').filter((name) => name !== ''))
    .pipe(DatasetNames)
    .optional()
    .describe('Comma-separated. Absent: all datasets.'),
});

export const ExtentAnswer = answer(
  'ExtentAnswer',
  z
    .object({ from: z.string().optional(), to: z.string().optional(), count: z.int() })
    .describe('Time of the oldest and the newest record; no times if there is none. The count is without twins.'),
);
export type ExtentAnswer = z.infer<typeof ExtentAnswer>;
