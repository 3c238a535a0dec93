import { z } from 'zod';
import { answer } from './naming.ts';
import { DatasetName, FieldName } from './scope.ts';
import { FlatRecord } from './search.ts';

export const RecordId = z
  .string()
  .regex(/^[\w:.-]{1,128}$/, 'a record id is expected, as in event.id')
  .describe('`event.id` of a record.');

export const RecordParameters = z.strictObject({
  dataset: DatasetName.optional().describe('The record’s dataset, if known: makes it faster to find.'),
});

export const RecordAnswer = answer('RecordAnswer', z.object({ record: FlatRecord }));

export const FlowAnswer = answer(
  'FlowAnswer',
  z.object({
    flow: FlatRecord,
    transactions: z.array(FlatRecord).describe('In the order in which they began.'),
    truncated: z.boolean().describe('The flow has more transactions than are listed.'),
  }),
);
export type FlowAnswer = z.infer<typeof FlowAnswer>;

export const ContentName = FieldName.describe('The record’s field that holds the content id, such as `http.response.body.content_id`.');

export const ContentParameters = z.strictObject({
  dataset: DatasetName.optional(),
  decode: z.enum(['0', '1']).default('0').describe('1: undo the content coding (gzip, deflate, br, zstd), up to a bound.'),
});
