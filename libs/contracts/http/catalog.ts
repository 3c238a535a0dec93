import { z } from 'zod';
import { answer } from './naming.ts';

const ViewSection = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('fields'), title: z.string(), fields: z.array(z.string()) }),
  z.object({ kind: z.literal('map'), title: z.string(), field: z.string() }),
  z.object({ kind: z.literal('list'), title: z.string(), field: z.string() }),
  z.object({
    kind: z.literal('content'),
    title: z.string(),
    id: z.string(),
    mimeType: z.string().optional(),
    encoding: z.string().optional(),
  }),
]);

/** The same shape as `DatasetView` of the records contract. */
export const DatasetViewSchema = answer(
  'DatasetView',
  z
    .object({
      columns: z.array(z.string()),
      facets: z.array(z.string()),
      timelineBy: z.string().optional(),
      summary: z.string(),
      sections: z.array(ViewSection),
    })
    .describe('How a dataset is shown: columns, facets, a line that sums a record up, sections of the detail panel.'),
);

export const Dataset = answer(
  'Dataset',
  z.object({
    dataset: z.string(),
    title: z.string(),
    record: z.string().describe('What one record is.'),
    view: DatasetViewSchema,
    count: z.int().optional().describe('Records stored, without twins: what a search for all of them counts.'),
    twins: z.int().optional().describe('Records beside those that repeat what another observer told of first. Absent: none.'),
  }),
);
export type Dataset = z.infer<typeof Dataset>;

export const FieldInfo = answer(
  'Field',
  z.object({
    name: z.string(),
    type: z.enum(['keyword', 'text', 'integer', 'float', 'boolean', 'ip', 'date', 'map', 'object']),
    label: z.string(),
    help: z.string(),
    unit: z.enum(['ns', 'byte', 'packet', 's']).optional(),
    many: z.boolean().optional(),
    operators: z.array(z.enum(['equals', 'wildcard', 'range', 'cidr', 'exists'])),
    datasets: z.array(z.string()),
    example: z.union([z.string(), z.number(), z.boolean()]).optional(),
  }),
);
export type FieldInfo = z.infer<typeof FieldInfo>;
