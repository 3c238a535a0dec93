import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { flowSchema } from '../../records/flow-schema.ts';
import type { DatasetSchema, Field } from '../../records/schema.ts';
import { lifecyclePolicy, originationSettings } from '../lifecycle.ts';
import { templateOf } from '../templates.ts';

const folder = fileURLToPath(new URL('goldens/', import.meta.url));

/** Every request that prepares a cluster, word for word. `UPDATE_GOLDENS=1` writes them anew; the diff is the review. */
function expectGolden(name: string, body: unknown): void {
  const text = `${JSON.stringify(body, undefined, 2)}\n`;
  if (process.env['UPDATE_GOLDENS'] === '1') {
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}${name}.json`, text);
  }
  expect(text).toBe(readFileSync(`${folder}${name}.json`, 'utf8'));
}

const field = (type: Field['type'], more: Partial<Field> = {}): Field => ({ type, label: type, help: type, ...more });

const everyType: DatasetSchema = {
  dataset: 'web',
  title: 'Web',
  record: 'one request',
  fields: {
    'web.host': field('keyword'),
    'web.tags': field('keyword', { many: true }),
    'web.agent': field('text'),
    'web.status': field('integer'),
    'web.sizes': field('integer', { many: true }),
    'web.score': field('float'),
    'web.cached': field('boolean'),
    'web.via': field('ip', { many: true }),
    'web.expires': field('date'),
    'web.headers': field('map'),
    'web.cookies': field('object', { many: true, properties: { name: field('keyword'), age: field('integer'), from: field('ip') } }),
  },
};

test('the_template_of_a_dataset_maps_every_type_of_field_strictly', () => {
  expectGolden('template-web', templateOf(everyType, { prefix: 'orbweaver', shards: 1, replicas: 1 }));
});

test('the_template_of_flows', () => {
  expectGolden('template-flow', templateOf(flowSchema, { prefix: 'orbweaver', shards: 1, replicas: 1 }));
});

test('a_template_names_the_policy_where_the_cluster_knows_lifecycles', () => {
  const { settings } = templateOf(everyType, { prefix: 'o', shards: 2, replicas: 0, lifecycle: 'o-records' }).template;
  expect(settings).toMatchObject({ 'index.lifecycle.name': 'o-records', 'index.number_of_shards': 2, 'index.number_of_replicas': 0 });
});

test('the_lifecycle_policy_merges_and_then_deletes', () => {
  expectGolden('lifecycle', lifecyclePolicy({ mergeAfterMs: 6 * 3_600_000, deleteAfterMs: 30 * 86_400_000 }));
  expect(lifecyclePolicy({ mergeAfterMs: 0 }).policy.phases['delete']).toBeUndefined();
});

test('an_index_ages_from_the_end_of_its_span', () => {
  expect(originationSettings(1_767_398_400_000_000_000n)).toEqual({ 'index.lifecycle.origination_date': 1_767_398_400_000 });
});
