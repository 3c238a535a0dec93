import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { datasets } from '@orbweaver/protocols/registry/registry.ts';
import { Questions } from '@orbweaver/query/results/questions.ts';
import { Catalogue } from '@orbweaver/query/search/catalogue.ts';
import { MemoryStore } from '../memory/memory-store.ts';
import type { RecordStore } from '../store.ts';
import { questionsAbout, type FieldQuestion } from './field-questions.ts';
import { registryRecords } from './registry-records.ts';
import type { StoreUnderTest } from './store-conformance.ts';

/** Questions that are asked at the same time. */
const atOnce = 16;
/** More than there are records. */
const maxFound = 1000;

/**
 * Every operator on every field of every dataset of the product, maps and objects included: the store finds what looking at each record finds. A question goes to all
 * datasets that have the field at once.
 */
export function describeOperators(name: string, { open }: StoreUnderTest): void {
  const schemas = datasets.map(({ schema }) => schema);
  const catalogue = new Catalogue(schemas);
  const clock = () => Date.UTC(2026, 0, 3);

  describe(`${name}: operators`, () => {
    const records = registryRecords(catalogue);
    const twin = new MemoryStore(schemas);
    let store: RecordStore;
    beforeAll(async () => {
      store = await open(schemas);
      for (const { writer } of [store, twin]) {
        await writer.append(records);
        await writer.flush();
        expect(writer.counters()).toMatchObject({ stored: records.length, rejected: {} });
      }
    }, 120_000);
    afterAll(() => store.close());

    /** Ids by their counts: far cheaper than pages of records, and by the same conditions. */
    const found = async ({ reader }: Pick<RecordStore, 'reader'>, { query, datasets }: FieldQuestion) => {
      const groups = { metrics: [{ op: 'count', name: 'n' }], group_by: [{ field: 'event.id', size: maxFound }] } as const;
      const answer = await new Questions(reader, catalogue, clock).statistics({ datasets, query, twins: 'show', ...groups });
      return answer.groups.map(({ key: [id], values: { n } }) => (n === 1 ? String(id) : `${String(n)} times ${String(id)}`));
    };

    const differenceOf = async (question: FieldQuestion): Promise<string | undefined> => {
      const expected = await found(twin, question);
      if (question.finds && expected.length === 0) return 'asks for what no record has';
      const answer = await found(store, question).catch((error: unknown) => String(error));
      if (typeof answer === 'string') return `is answered by ${answer}`;
      const missing = expected.filter((id) => !answer.includes(id));
      const besides = answer.filter((id) => !expected.includes(id));
      return missing.length + besides.length === 0 ? undefined : `lacks [${missing.join(' ')}], has besides [${besides.join(' ')}]`;
    };

    it('every_operator_on_every_field_of_every_dataset_finds_what_looking_at_each_record_finds', async () => {
      const questions = [...catalogue.fields.values()].flatMap((field) => questionsAbout(field, records));
      const differences: string[] = [];
      const waiting = questions.values();
      const askNext = async (): Promise<void> => {
        for (const question of waiting) {
          const difference = await differenceOf(question);
          if (difference !== undefined) differences.push(`${question.place} by ${question.operator}: \`${question.query}\` ${difference}`);
        }
      };
      await Promise.all(Array.from({ length: atOnce }, askNext));
      expect(differences).toEqual([]);
    }, 180_000);
  });
}
