import type { DatasetSchema } from '@orbweaver/contracts/records/schema.ts';
import { Catalogue } from '@orbweaver/query/search/catalogue.ts';
import { quoteName } from '../duckdb/columns.ts';
import { Database } from '../duckdb/database.ts';
import { tableName, Segments } from '../duckdb/segments.ts';
import { Tables } from '../duckdb/tables.ts';

const hour = 3_600_000_000_000n;

/** Fills the days before the newest record of a closed store with copies of its records, an hour each, until there are `wanted`; ids are made anew. */
export async function multiply(schemas: readonly DatasetSchema[], folder: string, wanted: number): Promise<void> {
  const database = await Database.open({ folder });
  const tables = new Tables(new Catalogue(schemas));
  const segments = await Segments.open(database, { folder }, tables);
  const original = segments.all()[0]!;
  const perHour = [...original.datasets.values()].reduce((sum, { count }) => sum + count, 0);
  const hours = Math.ceil(wanted / perHour);
  const perDay = 20;
  for (let day = 1; (day - 1) * perDay < hours; day++) {
    const copies = Math.min(perDay, hours - (day - 1) * perDay);
    const first = [...original.datasets.values()][0]!.min;
    const name = new Date(Number(first / 1_000_000n) - day * 86_400_000).toISOString().slice(0, 10);
    const datasets = new Map<string, { count: number; min: bigint; max: bigint }>();
    await segments.with(
      [original.name, name],
      async () => {
        for (const [dataset, part] of original.datasets) {
          await database.write(tables.create(name, dataset));
          const shift = BigInt(day) * 24n * hour + 3n * hour;
          const columns = tables.columns.get(dataset)!.map(({ name: column }) => copied(column, shift));
          const source = `${tableName(original.name, dataset)}, range(${copies}) AS r(n)`;
          await database.write(`INSERT INTO ${tableName(name, dataset)} SELECT ${columns.join(', ')} FROM ${source} ORDER BY n`);
          datasets.set(dataset, { count: part.count * copies, min: part.min - shift, max: part.max - shift + BigInt(copies) * hour });
        }
        await database.write(`CHECKPOINT ${quoteName(name)}`);
      },
      true,
    );
    segments.put({ name, columns: tables.fingerprint, datasets, bytes: await segments.sizeOf(name) });
  }
  await segments.save();
  await segments.close();
  database.close();
}

function copied(column: string, shift: bigint): string {
  const name = quoteName(column);
  if (column === '@timestamp') return `${name} - ${shift} + n * ${hour}`;
  // Of a flow and its transactions alike.
  if (column === 'flow.id:high') return `hash(${name}, n, ${shift})`;
  return column === 'flow.id:low' ? `(hash(${name}, n, ${shift}) & 4294967295)::UINTEGER` : name;
}
