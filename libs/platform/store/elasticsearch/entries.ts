import type { FieldMap } from '@orbweaver/contracts/records/record.ts';

/**
 * A map as a list of texts, `name: value`, in which the name's own colons and backslashes stand behind a backslash: what is before the first bare `: ` is the
 * name, whatever name and value hold.
 */
export function entriesOf(map: FieldMap): string[] {
  return Object.entries(map).map(([name, value]) => `${entryStart(name)}${String(value)}`);
}

/** What an entry of this name begins with. */
export function entryStart(name: string): string {
  return `${name.replace(/[:\\]/g, '\\$&')}: `;
}

/** Lucene's regular expression (flags NONE) for what an entry of any name begins with. */
export const anyEntryStart = '([^:\\\\]|\\\\.)*: ';

export function mapOfEntries(entries: readonly string[]): FieldMap {
  return Object.fromEntries(entries.map(readEntry));
}

function readEntry(entry: string): [name: string, value: string] {
  let at = 0;
  while (at < entry.length && entry[at] !== ':') at += entry[at] === '\\' ? 2 : 1;
  return [entry.slice(0, at).replace(/\\(.)/gs, '$1'), entry.slice(at + 2)];
}
