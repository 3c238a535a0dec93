import { operationOf } from '../sdk/sql-text.ts';

/** The schema of a `USE`, which a client may send as a query; undefined of any other statement. */
export function schemaOfUse(text: string): string | undefined {
  if (operationOf(text, 'mysql') !== 'USE') return undefined;
  const words = text.trim().replace(/;$/, '').split(/\s+/);
  const name = words.length === 2 ? words[1]!.replaceAll('`', '') : '';
  return name === '' ? undefined : name;
}
