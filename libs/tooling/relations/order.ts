import type { Random } from '@orbweaver/protocols/sdk/conformance/random.ts';

/** The same items, each at most `window` places from where it was. */
export function shuffledWithin<T>(items: readonly T[], window: number, random: Random): T[] {
  return items
    .map((item, i) => ({ item, at: i + random.below(window + 1) + i / items.length }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** The same items, some of them twice: the second time up to `window` places later. */
export function withDuplicates<T>(items: readonly T[], oneIn: number, window: number, random: Random): T[] {
  const placed = items.flatMap((item, i) => {
    const first = { item, at: i };
    return random.below(oneIn) === 0 ? [first, { item, at: i + 0.5 + random.below(window) }] : [first];
  });
  return placed.sort((a, b) => a.at - b.at).map(({ item }) => item);
}
