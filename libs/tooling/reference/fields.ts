import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { baseFields } from '@orbweaver/contracts/records/base-fields.ts';
import type { Field } from '@orbweaver/contracts/records/schema.ts';
import { datasets, type Dataset } from '@orbweaver/protocols/registry/registry.ts';

const target = fileURLToPath(new URL('../../../docs/reference/fields.md', import.meta.url));

/** The field reference, out of the schemas. */
export function buildFieldReference(all: readonly Dataset[] = datasets): string {
  return [
    '# Fields',
    '',
    'Written by `npx node libs/tooling/reference/fields.ts` from the schemas; do not edit. Absent means not there on the wire, or not seen.',
    '',
    '## On every record',
    '',
    ...table(baseFields),
    ...all.flatMap(({ schema }) => [
      '',
      `## ${schema.title} (\`event.dataset: ${schema.dataset}\`)`,
      '',
      `One record: ${schema.record}.`,
      '',
      ...table(schema.fields),
    ]),
    '',
  ].join('\n');
}

export function isCurrent(): boolean {
  return readFileSync(target, 'utf8') === buildFieldReference();
}

function table(fields: Readonly<Record<string, Field>>): string[] {
  return ['| field | type | meaning |', '| --- | --- | --- |', ...Object.entries(fields).flatMap(([name, field]) => rows(name, field))];
}

function rows(name: string, field: Field): string[] {
  const type = `${field.type}${field.many ? '[]' : ''}${field.unit ? `, ${field.unit}` : ''}`;
  const example = field.example === undefined ? '' : ` Example: \`${cell(String(field.example))}\`.`;
  const properties = Object.entries(field.properties ?? {}).flatMap(([key, property]) => rows(`${name}.${key}`, property));
  return [`| \`${name}\` | ${type} | ${cell(field.help)}${example} |`, ...properties];
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

if (import.meta.main) writeFileSync(target, buildFieldReference());
