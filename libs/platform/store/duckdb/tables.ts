import { createHash } from 'node:crypto';
import type { Catalogue } from '@orbweaver/query/search/catalogue.ts';
import type { Predicate } from '@orbweaver/query/search/predicate.ts';
import { columnsOf, quoteName, type Column } from './columns.ts';
import type { Database, Row } from './database.ts';
import { isDerived } from './derived.ts';
import type { DatasetPart } from './manifest.ts';
import { Parameters } from './parameters.ts';
import { reducePredicate } from './predicate-sql.ts';

/** The tables that the schemas ask for, and how an older segment is brought to them. */
export class Tables {
  readonly columns: ReadonlyMap<string, readonly Column[]>;
  /** The columns that are read: those that other columns are made of are not. */
  readonly readable: ReadonlyMap<string, readonly Column[]>;
  /** Of all columns of all tables: a segment with the same needs no change. */
  readonly fingerprint: string;
  readonly #names: ReadonlyMap<string, ReadonlySet<string>>;

  constructor(catalogue: Catalogue) {
    const datasets = [...catalogue.datasets.keys()];
    this.columns = new Map(datasets.map((dataset) => [dataset, columnsOf(catalogue.fieldsOf([dataset]))]));
    this.readable = new Map([...this.columns].map(([dataset, columns]) => [dataset, columns.filter(({ isHidden }) => !isHidden)]));
    this.#names = new Map([...this.columns].map(([dataset, columns]) => [dataset, new Set(columns.map(({ name }) => name))]));
    const shape = [...this.columns].map(([dataset, columns]) => [dataset, columns.map(({ name, sqlType }) => [name, sqlType])]);
    this.fingerprint = createHash('sha256').update(JSON.stringify(shape)).digest('hex').slice(0, 16);
  }

  /** Which fields the table of a dataset has; in a segment, those that any record has. A column without values is like none, and not worth looking into. */
  hasField(dataset: string, { filled }: Partial<DatasetPart> = {}): (name: string) => boolean {
    const names = this.#names.get(dataset)!;
    return (name) => names.has(name) && (filled === undefined || filled.has(name) || isDerived(name));
  }

  /** Whether any record of a dataset (in a segment) can fit the predicate, as far as its fields tell. */
  canMatch(predicate: Predicate): (dataset: string, part?: DatasetPart) => boolean {
    return (dataset, part) => reducePredicate(predicate, this.hasField(dataset, part)).kind !== 'none';
  }

  /** The columns of a table that have a value, one aggregate each. */
  filledSql(dataset: string): string {
    return this.columns
      .get(dataset)!
      .map(({ name }) => `count(${quoteName(name)}) > 0`)
      .join(', ');
  }

  /** From the row of `filledSql` to the names. */
  filledOf(dataset: string, row: Row): Set<string> {
    return new Set(this.columns.get(dataset)!.flatMap(({ name }, index) => (row[index] === true ? [name] : [])));
  }

  create(segment: string, dataset: string): string {
    const columns = this.columns.get(dataset)!.map(({ name, sqlType }) => `${quoteName(name)} ${sqlType}`);
    return `CREATE TABLE IF NOT EXISTS ${quoteName(segment)}.${quoteName(dataset)} (${columns.join(', ')})`;
  }

  /** Adds the columns that came since, empty; a column whose type changed keeps what the new type can hold. */
  async conform(database: Database, segment: string, datasets: readonly string[]): Promise<void> {
    for (const dataset of datasets) {
      const wanted = this.columns.get(dataset);
      if (wanted === undefined) continue;
      const parameters = new Parameters();
      const sql = `SELECT column_name, data_type FROM duckdb_columns() WHERE database_name = ${parameters.text(segment)} AND table_name = ${parameters.text(dataset)}`;
      const present = new Map((await database.admin(sql, parameters)).map(([name, type]) => [String(name), String(type)]));
      const table = `${quoteName(segment)}.${quoteName(dataset)}`;
      for (const { name, sqlType } of wanted) {
        const column = quoteName(name);
        const type = present.get(name);
        if (type === undefined) await database.admin(`ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS ${column} ${sqlType}`);
        else if (normal(type) !== normal(sqlType)) {
          await database.admin(
            `ALTER TABLE ${table} ALTER COLUMN ${column} SET DATA TYPE ${sqlType} USING try_cast(${column} AS ${sqlType})`,
          );
        }
      }
    }
  }
}

/** Types as DuckDB and as we write them: only quotes and blanks differ. */
function normal(type: string): string {
  return type.replaceAll(/["\s]/g, '').toUpperCase();
}
