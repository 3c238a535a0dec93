import { expect, test } from 'vitest';
import { deadLetters, topics } from '../topics.ts';
import { redisPrefixes } from '../redis-prefixes.ts';

test('topics_and_prefixes_are_named_by_rule_and_none_is_part_of_another', () => {
  for (const { name } of Object.values(topics)) expect(name).toMatch(/^[a-z]+\.[a-z]+s\.v\d+$/);
  expect(deadLetters('dissector').name).toBe('dlq.dissector.v1');
  const prefixes = Object.values(redisPrefixes).map(({ prefix }) => prefix);
  for (const [i, prefix] of prefixes.entries()) expect(prefixes.filter((other, j) => j !== i && other.startsWith(prefix))).toEqual([]);
});

test('records_keep_the_partition_of_their_frames', () => {
  expect(topics.records.partitions).toBe(topics.frames.partitions);
  expect(topics.enriched.partitions).toBe(topics.frames.partitions);
});
