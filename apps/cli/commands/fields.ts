import { Command, Option } from 'commander';
import { baseFields } from '@orbweaver/contracts/records/base-fields.ts';
import { operatorsOf, type Field } from '@orbweaver/contracts/records/schema.ts';
import { datasets } from '@orbweaver/protocols/registry/registry.ts';
import { ExitCode } from '../exit-code.ts';

/** `orbweaver fields`: the catalogue of what a record holds and a query can name. Needs no server. */
export function fieldsCommand(): Command {
  return new Command('fields')
    .description('list the fields of records: names, types, operators, meaning')
    .argument('[dataset]', 'only this dataset: flow, http, dns, tls')
    .addOption(new Option('--format <format>', 'how to print').choices(['table', 'json']).default('table'))
    .action(fields);
}

interface Row {
  readonly name: string;
  readonly type: string;
  readonly dataset: string;
  readonly operators: readonly string[];
  readonly help: string;
}

function fields(dataset: string | undefined, { format }: { format: 'table' | 'json' }): void {
  const known = datasets.map(({ schema }) => schema.dataset);
  if (dataset !== undefined && !known.includes(dataset)) {
    process.stderr.write(`orbweaver fields: there is no dataset "${dataset}"; expected one of ${known.join(', ')}\n`);
    process.exitCode = ExitCode.usage;
    return;
  }
  const rows = [
    ...rowsOf('every', baseFields),
    ...datasets
      .filter(({ schema }) => dataset === undefined || schema.dataset === dataset)
      .flatMap(({ schema }) => rowsOf(schema.dataset, schema.fields)),
  ];
  process.stdout.write(format === 'json' ? `${JSON.stringify(rows, null, 2)}\n` : table(rows));
}

function rowsOf(dataset: string, all: Readonly<Record<string, Field>>): Row[] {
  return Object.entries(all).map(([name, { type, many, help }]) => ({
    name,
    type: many ? `${type}[]` : type,
    dataset,
    operators: operatorsOf(type),
    help,
  }));
}

function table(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(({ name }) => name.length));
  let dataset = '';
  let text = '';
  for (const row of rows) {
    if (row.dataset !== dataset) {
      dataset = row.dataset;
      text += `${text ? '\n' : ''}On ${dataset === 'every' ? 'every record' : `records of ${dataset}`}\n`;
    }
    text += `  ${row.name.padEnd(width)}  ${row.type.padEnd(9)}  ${row.help}\n`;
  }
  return text;
}
