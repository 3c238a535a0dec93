import type { FlatRecord } from '@orbweaver/contracts/query/answers.ts';
import type { Person } from './person.ts';
import { datasetNames, datasetOf, keyOf, type Records, type Truth } from './truth.ts';

/** Of one dataset: how many records there should be, and how many are. */
export interface Line {
  readonly dataset: string;
  readonly expected: number;
  readonly found: number;
  readonly missing: number;
  /** Are there and should not. */
  readonly surplus: number;
  readonly different: number;
  /** Stand in the indices more than once. */
  readonly doubled: number;
}

export interface Account {
  /** Datasets that have records. */
  readonly lines: readonly Line[];
  /** Of what is wrong, the first ones, each with a sentence. */
  readonly examples: readonly string[];
}

const exampleLimit = 8;

/** `documents` of each dataset in the indices. */
export async function compare(truth: Truth, found: Records, documents: ReadonlyMap<string, number>, person: Person): Promise<Account> {
  const expected = await truth.records();
  const missing = [...expected.keys()].filter((key) => !found.has(key));
  const surplus = [...found.keys()].filter((key) => !expected.has(key));
  const different = [...expected].filter(([key, hash]) => found.has(key) && found.get(key) !== hash).map(([key]) => key);
  const of = (keys: Iterable<string>) => {
    const counts = new Map<string, number>();
    for (const key of keys) counts.set(datasetOf(key), (counts.get(datasetOf(key)) ?? 0) + 1);
    return (dataset: string) => counts.get(dataset) ?? 0;
  };
  const [allExpected, allFound] = [of(expected.keys()), of(found.keys())];
  const [allMissing, allSurplus, allDifferent] = [of(missing), of(surplus), of(different)];
  const lines = datasetNames
    .map((dataset) => ({
      dataset,
      expected: allExpected(dataset),
      found: allFound(dataset),
      missing: allMissing(dataset),
      surplus: allSurplus(dataset),
      different: allDifferent(dataset),
      doubled: (documents.get(dataset) ?? 0) - allFound(dataset),
    }))
    .filter((line) => line.expected + line.found > 0);
  return { lines, examples: await examplesOf({ missing, surplus, different }, truth, person) };
}

export function isExact({ lines }: Account): boolean {
  return lines.length > 0 && lines.every((line) => line.missing + line.surplus + line.different === 0 && line.doubled === 0);
}

/** Column under column, the sums last. */
export function tableOf({ lines }: Account): string[] {
  const names = ['expected', 'found', 'missing', 'surplus', 'different', 'doubled'] as const;
  const sums = Object.fromEntries(names.map((name) => [name, lines.reduce((sum, line) => sum + line[name], 0)])) as unknown as Line;
  const row = (first: string, cells: readonly string[]) => first.padEnd(14) + cells.map((cell) => cell.padStart(12)).join('');
  const numbers = (line: Line) => names.map((name) => line[name].toLocaleString('en'));
  return [row('', names), ...lines.map((line) => row(line.dataset, numbers(line))), row('all', numbers(sums))];
}

type Wrong = Readonly<Record<'missing' | 'surplus' | 'different', readonly string[]>>;

async function examplesOf({ missing, surplus, different }: Wrong, truth: Truth, person: Person): Promise<string[]> {
  const shown = {
    missing: missing.slice(0, exampleLimit),
    surplus: surplus.slice(0, exampleLimit),
    different: different.slice(0, exampleLimit),
  };
  const wanted = new Set([...shown.missing, ...shown.different]);
  if (wanted.size + shown.surplus.length === 0) return [];
  const full = wanted.size === 0 ? new Map<string, FlatRecord>() : await truth.inFull(wanted);
  const stored = async (key: string) => person.record(datasetOf(key), key.slice(datasetOf(key).length + 1));
  return [
    ...shown.missing.map((key) => `missing: ${JSON.stringify(full.get(key))}`),
    ...(await Promise.all(shown.surplus.map(async (key) => `surplus: ${JSON.stringify(await stored(key))}`))),
    ...(await Promise.all(shown.different.map(async (key) => `different: ${key}: ${differences(full.get(key)!, await stored(key))}`))),
  ];
}

function differences(expected: FlatRecord, found: FlatRecord): string {
  if (keyOf(expected) !== keyOf(found)) return 'another record was found';
  const text = (value: unknown) => JSON.stringify(value) ?? 'nothing';
  return [...new Set([...Object.keys(expected), ...Object.keys(found)])]
    .filter((field) => text(expected[field]) !== text(found[field]))
    .map((field) => `${field} is ${text(found[field])}, not ${text(expected[field])}`)
    .join('; ');
}
