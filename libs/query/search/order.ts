import type { SearchPlan, SortValue } from './reader.ts';

/** Characters of a text that sorting looks at: what a cursor has to carry. */
export const sortedCharacters = 128;

/** The order of records, the same in every store: by the plan's keys, missing last in either direction, then by id. Texts compare by code point. */
export function comparePositions(
  sort: SearchPlan['sort'],
  a: { readonly values: readonly SortValue[]; readonly id: string },
  b: { readonly values: readonly SortValue[]; readonly id: string },
): number {
  for (const [index, { order }] of sort.entries()) {
    const [first, second] = [a.values[index]!, b.values[index]!];
    if (first === null || second === null) {
      if (first !== second) return first === null ? 1 : -1;
      continue;
    }
    const compared = compareValues(first, second);
    if (compared !== 0) return order === 'asc' ? compared : -compared;
  }
  return compareText(a.id, b.id);
}

export function compareValues(a: Exclude<SortValue, null>, b: Exclude<SortValue, null>): number {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  return a < b ? -1 : a > b ? 1 : 0;
}

/** As UTF-8 bytes compare, which is by code point; JavaScript compares UTF-16 units. */
export function compareText(a: string, b: string): number {
  for (let at = 0; at < a.length && at < b.length; at++) {
    const [x, y] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (x === y) continue;
    // Surrogates stand for code points above all others.
    return rank(x) - rank(y);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  return unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit;
}
