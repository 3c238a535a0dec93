import { z } from 'zod';
import { request } from './naming.ts';
import { maxDatasets, maxNameLength, maxQueryLength } from './limits.ts';

export const DatasetName = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/, 'a dataset is one lower-case word, such as http')
  .max(maxNameLength);

export const FieldName = z
  .string()
  .min(1, 'a field name is expected, such as source.ip')
  .max(maxNameLength, `a field name has at most ${String(maxNameLength)} characters`);

export const DatasetNames = z
  .array(DatasetName)
  .min(1, 'name at least one dataset; GET datasets lists them')
  .max(maxDatasets, `name at most ${String(maxDatasets)} datasets`);

export const QueryText = z.string().max(maxQueryLength, `a query has at most ${String(maxQueryLength)} characters`);

export const TimeExpression = request(
  'TimeExpression',
  z
    .string()
    .min(1, 'a time is expected, such as 2026-01-02T03:04:05.678Z or now-15m')
    .max(64, 'a time has at most 64 characters')
    .describe(
      'RFC 3339 with up to 9 digits of fraction, or shorter (`2026-01-02`), or relative to the server’s clock: `now-15m`, `now-1d/d`. Units: ms, s, m, h, d, w, M, y; `/d` rounds down to the day.',
    )
    .meta({ examples: ['2026-01-02T03:04:05.678Z', 'now-15m'] }),
);

export const TimeRange = request(
  'TimeRange',
  z.strictObject({
    from: TimeExpression.describe('First moment that counts.'),
    to: TimeExpression.describe('First moment that no longer counts.'),
  }),
);
export type TimeRange = z.infer<typeof TimeRange>;

/** What a question is about: which datasets, which records of them, in which time. Part of every request that searches. */
export const scopeShape = {
  datasets: DatasetNames.describe('Datasets to search; `GET datasets` lists them.'),
  query: QueryText.optional().describe('Query text (KQL). Absent or empty: every record.'),
  time: TimeRange.optional().describe('Absent: all that is stored.'),
  twins: z
    .enum(['hide', 'show'], { error: 'twins is hide or show' })
    .optional()
    .describe(
      'Records of conversations that another observer told of first (`observer.twin_of`). `hide`, as if absent: each conversation once; a query, field or grouping that names `observer.twin_of` sees them all the same.',
    ),
};

export const Scope = z.strictObject(scopeShape);
export type Scope = z.infer<typeof Scope>;
