import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import type { DatasetSchema } from '@orbweaver/contracts/records/schema.ts';
import { describe, expect, it } from 'vitest';
import { Side } from '../../analyzer.ts';
import { readConversations, turned, type Step } from '../conversations.ts';
import { canonicalLines, readGolden, unusedGoldens } from '../golden.ts';
import { Random } from '../random.ts';
import { faultsOf, faultsOfSchema } from '../record-check.ts';
import { byteCount, cutAt, cutBefore, cutPositions, merged, mutated, sliced, withHole } from '../variations.ts';
import { faultsOfView } from '../view-check.ts';

const schema: DatasetSchema = {
  dataset: 'toy',
  title: 'Toy',
  record: 'one toy',
  fields: {
    'toy.name': { type: 'keyword', label: 'Name', help: 'What it is called.' },
    'toy.size': { type: 'integer', label: 'Size', help: 'How large it is.' },
    'toy.tags': { type: 'keyword', many: true, label: 'Tags', help: 'Words about it.' },
    'toy.owner': { type: 'ip', label: 'Owner', help: 'Where it lives.' },
    'toy.parts': {
      type: 'object',
      label: 'Parts',
      help: 'What it is made of.',
      properties: { weight: { type: 'float', label: 'Weight', help: 'In grams.' } },
    },
    'toy.labels': { type: 'map', label: 'Labels', help: 'Names and values.' },
  },
};

const record = (fields: Record<string, unknown>): TrafficRecord => fields as TrafficRecord;

describe('what is asked of records', () => {
  it('finds_nothing_wrong_with_a_record_that_fits', () => {
    const good = {
      'toy.name': 'a',
      'toy.size': 1,
      'toy.tags': ['x'],
      'toy.owner': '::1',
      'toy.parts': [{ weight: 0.5 }],
      'toy.labels': { a: 'b' },
      'source.port': 7,
    };
    expect(faultsOf(record(good), schema)).toEqual([]);
  });

  it.each([
    ['toy.colour', 'red', 'not declared'],
    ['toy.name', 5, 'declared as keyword'],
    ['toy.name', undefined, 'declared as keyword'],
    ['toy.size', 1.5, 'declared as integer'],
    ['toy.size', 2 ** 60, 'declared as integer'],
    ['toy.tags', 'x', 'list of keyword'],
    ['toy.tags', [], 'left out'],
    ['toy.tags', ['x', null], 'declared as keyword'],
    ['toy.owner', '10.0.0', 'declared as ip'],
    ['toy.parts', [{ height: 1 }], 'toy.parts.height is emitted but not declared'],
    ['toy.parts', [{ weight: NaN }], 'declared as float'],
    ['toy.labels', { a: null }, 'declared as map'],
    ['@timestamp', '2026-01-01 00:00', 'declared as date'],
  ])('finds_%s_of_%j_wrong', (name, value, fault) => {
    expect(faultsOf(record({ [name]: value }), schema)).toEqual([expect.stringContaining(fault)]);
  });
});

describe('what is asked of schemas and views', () => {
  it('finds_faults_of_a_schema', () => {
    const field = { type: 'keyword', label: 'X', help: 'A sentence.' } as const;
    const bad: DatasetSchema = {
      ...schema,
      dataset: 'Two words',
      fields: { 'source.ip': field, a: { ...field, help: 'no sentence' }, b: { ...field, example: 5 }, c: { ...field, type: 'object' } },
    };
    expect(faultsOfSchema(schema)).toEqual([]);
    expect(faultsOfSchema(bad)).toHaveLength(5);
  });

  it('finds_a_view_that_names_what_is_not_declared', () => {
    const view = {
      columns: ['@timestamp', 'toy.name'],
      facets: ['toy.colour'],
      summary: '{toy.name}[ {toy.shape}]',
      sections: [
        { kind: 'list', title: 'Parts', field: 'toy.parts' },
        { kind: 'map', title: 'Labels', field: 'toy.parts' },
      ],
    } as const;
    expect(faultsOfView(view, schema)).toEqual([
      'facets names toy.colour, which is not declared',
      'summary names toy.shape, which is not declared',
      'section "Labels" names toy.parts, which is not declared as map',
    ]);
  });
});

describe('goldens', () => {
  it('a_missing_one_is_an_error_and_an_unused_one_is_named', () => {
    const folder = mkdtempSync(join(tmpdir(), 'orbweaver-goldens-'));
    writeFileSync(join(folder, 'old.ndjson'), '');
    expect(() => readGolden(folder, 'new.pcap', '', false)).toThrow(/new\.ndjson is missing/);
    expect(unusedGoldens(folder, ['new.pcap'], false)).toEqual(['old.ndjson']);
    expect(readGolden(folder, 'old.pcapng', '', false)).toBe('');
    rmSync(folder, { recursive: true });
  });

  it('the_order_of_fields_does_not_count', () => {
    expect(canonicalLines([record({ b: 1, a: { d: 1, c: [{ f: 1, e: 2 }] } })])).toBe('{"a":{"c":[{"e":2,"f":1}],"d":1},"b":1}\n');
  });
});

describe('variations', () => {
  const at = { seconds: 1, nanos: 0 };
  const data = (side: Side, text: string): Step => ({ ...at, kind: 'data', side, bytes: Buffer.from(text) });
  const steps = [data(0, 'abc'), data(0, 'de'), data(1, 'XYZ'), { ...at, kind: 'close', side: 0, reason: 'fin' } as const];
  const textOf = (list: readonly Step[]): string =>
    list.map((step) => (step.kind === 'data' ? String(step.bytes) : step.kind === 'gap' ? `<${step.length}>` : '.')).join('|');

  it('cut_slice_and_merge_what_was_said', () => {
    expect(cutPositions(steps)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(textOf(cutAt(steps, 4))).toBe('abc|d');
    expect(textOf(cutBefore(steps, 4))).toBe('e|XYZ|.');
    expect(textOf(sliced(steps, () => 2))).toBe('ab|c|de|XY|Z|.');
    expect(textOf(merged(steps))).toBe('abcde|XYZ|.');
  });

  it('holes_miss_as_much_as_they_say', () => {
    const random = new Random(3);
    for (let round = 0; round < 50; round++) {
      const holed = withHole(steps, random);
      const missed = holed.reduce((sum, step) => sum + (step.kind === 'gap' ? step.length : 0), 0);
      expect(byteCount(holed) + missed).toBe(8);
      expect(mutated(steps, random)).toHaveLength(4);
    }
  });
});

describe('conversations of a fixture', () => {
  const file = readFileSync(new URL('../../../dns/fixtures/tcp.pcap', import.meta.url));

  it('are_streams_in_order_with_both_ends', () => {
    const all = readConversations(file);
    expect(all.map(({ transport, destination }) => `${transport} ${destination.port}`)).toEqual(['tcp 53', 'tcp 53', 'tcp 53']);
    expect(all.flatMap(({ steps }) => steps).some((step) => step.kind === 'gap')).toBe(false);
    const closed = all[0]!.steps.filter((step) => step.kind === 'close').map((step) => step.side);
    expect(closed).toEqual([Side.source, Side.destination]);
  });

  it('keep_their_bytes_when_turned', () => {
    const [first] = readConversations(file);
    expect(turned(first!).steps.map((step) => step.side)).toEqual(first!.steps.map((step) => 1 - step.side));
    expect(turned(turned(first!))).toEqual(first);
  });
});
