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

const absolute = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;
const relative = /^now(?:[+-]\d{1,9}(?:ms|s|m|h|d|w|y))*$/;

export const TimeExpression = request(
  'TimeExpression',
  z
    .string()
    .refine((text) => absolute.test(text) || relative.test(text), {
      error: 'a time is RFC 3339 (2026-01-02T03:04:05.678Z) or relative to now (now, now-15m; units ms s m h d w y)',
    })
    .describe('RFC 3339 with up to 9 digits of fraction, or relative to the server’s clock: `now-15m`. Units: ms, s, m, h, d, w, y.')
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
};

export const Scope = z.strictObject(scopeShape);
export type Scope = z.infer<typeof Scope>;
