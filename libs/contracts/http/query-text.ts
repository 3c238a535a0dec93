import { z } from 'zod';
import { answer, request } from './naming.ts';
import { DatasetNames, QueryText, TimeRange } from './scope.ts';

export const CheckRequest = request('CheckRequest', z.strictObject({ query: QueryText, datasets: DatasetNames }));
export type CheckRequest = z.infer<typeof CheckRequest>;

export const QueryError = answer(
  'QueryError',
  z.object({
    position: z.int().describe('UTF-16 code units from 0.'),
    length: z.int(),
    message: z.string(),
    expected: z.array(z.string()),
  }),
);
export type QueryError = z.infer<typeof QueryError>;

export const CheckAnswer = answer(
  'CheckAnswer',
  z.object({ ok: z.boolean(), errors: z.array(QueryError), ast: z.unknown().optional().describe('The query as it was understood.') }),
);
export type CheckAnswer = z.infer<typeof CheckAnswer>;

export const CompleteRequest = request(
  'CompleteRequest',
  z
    .strictObject({
      query: QueryText,
      position: z.int().min(0).describe('Where the caret stands, in UTF-16 code units.'),
      datasets: DatasetNames,
      time: TimeRange.optional().describe('Values are suggested from this time.'),
    })
    .refine((body) => body.position <= body.query.length, { error: 'position is behind the end of the query', path: ['position'] }),
);
export type CompleteRequest = z.infer<typeof CompleteRequest>;

export const CompleteAnswer = answer(
  'CompleteAnswer',
  z.object({
    from: z.int().describe('A suggestion replaces the text from here …'),
    to: z.int().describe('… to here.'),
    suggestions: z.array(
      z.object({
        text: z.string(),
        label: z.string(),
        kind: z.enum(['field', 'operator', 'value', 'keyword']),
        help: z.string().optional(),
        count: z.int().optional().describe('Of a value: in how many records it stands.'),
      }),
    ),
  }),
);
export type CompleteAnswer = z.infer<typeof CompleteAnswer>;
