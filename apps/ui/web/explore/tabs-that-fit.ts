import type { Dataset } from '@orbweaver/ui/api-client/types.ts';
import { titleOf } from './state/all-datasets.ts';

/** The part of the window's width that tabs may take; the rest belongs to the query. */
const share = 0.4;
/** Of `All` and `More`, in pixels. */
const bothEnds = 120;

/**
 * The datasets with a tab of their own, in the order of the catalogue, and those in the menu. Where not all fit, those with records come first; the chosen one always
 * has its tab.
 */
export function tabsThatFit(datasets: readonly Dataset[], chosen: string, width: number): { shown: Dataset[]; hidden: Dataset[] } {
  const rank = ({ dataset, count }: Dataset) => (dataset === chosen ? 0 : (count ?? 0) > 0 ? 1 : 2);
  const wanted = [...datasets].sort((a, b) => rank(a) - rank(b));
  const fitting = new Set<Dataset>();
  let left = width * share - bothEnds;
  for (const entry of wanted) {
    left -= tabWidth(titleOf(datasets, entry.dataset));
    if (left < 0 && fitting.size > 0) break;
    fitting.add(entry);
  }
  return { shown: datasets.filter((entry) => fitting.has(entry)), hidden: datasets.filter((entry) => !fitting.has(entry)) };
}

/** About, in pixels: measuring would cost a layout before anything is shown. */
function tabWidth(title: string): number {
  return title.length * 8 + 20;
}
