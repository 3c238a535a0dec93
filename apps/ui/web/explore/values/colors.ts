import type { Tone } from './tone.ts';
import { toneOf } from './tone.ts';

/** Colours of stacked parts, told apart also without colour vision by their lightness; for fills, not for text. */
const categories = ['#22a699', '#5b8def', '#d9a441', '#b56ce0', '#e0708a', '#6fb04a', '#4bb3d6', '#c98457'] as const;
const datasetColors: Record<string, string> = { flow: '#7b8ba0', http: '#5b8def', dns: '#d9a441', tls: '#22a699' };
/** For the other datasets in the order of the catalogue: neighbours differ in hue and lightness. */
const otherDatasets = [
  ...['#b56ce0', '#e0708a', '#6fb04a', '#4bb3d6', '#c98457', '#9aa0f0', '#cfc04e'],
  ...['#8f5fb0', '#f0a07a', '#3f8f63', '#d58fd0', '#7fc7b0', '#b0524f', '#a8b86a'],
] as const;
/** Several shades each, so that two values of the same tone can be told apart. */
const toneColors: Record<Tone, readonly string[]> = {
  good: ['#3fa66b', '#7fc79b', '#2b7d4e'],
  notice: ['#5b8def', '#94b6f5', '#3b66bd'],
  warn: ['#d9a441', '#ebcb8b', '#a97b23'],
  bad: ['#dd5a64', '#f09aa0', '#a9353f'],
};

export const otherColor = '#8a95a3';

/** The colour of a dataset; the same wherever it is shown. `datasets` are all there are, in their order. */
export function datasetColor(dataset: string, datasets: readonly string[]): string {
  const place = datasets.filter((name) => !(name in datasetColors)).indexOf(dataset);
  return datasetColors[dataset] ?? (place < 0 ? otherColor : otherDatasets[place % otherDatasets.length]!);
}

/** A colour for each value of a field: by meaning where it has one, else by its place among the values shown. */
export function colorsOf(field: string | undefined, values: readonly string[], datasets: readonly string[] = []): string[] {
  const used = new Map<Tone, number>();
  return values.map((value, place) => {
    if (field === 'event.dataset' || field === 'network.protocol') return datasetColor(value, datasets);
    const tone = field === undefined ? undefined : toneOf(field, value);
    if (tone === undefined) return categories[place % categories.length]!;
    const shade = used.get(tone) ?? 0;
    used.set(tone, shade + 1);
    return toneColors[tone][shade % toneColors[tone].length]!;
  });
}
