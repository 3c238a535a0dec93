import type { Dataset } from '@orbweaver/ui/api-client/types.ts';
import { titleOf } from './state/all-datasets.ts';

/** The part of the window's width that tabs may take; the rest belongs to the query. */
const share = 0.4;
/** Of `All` and `More`, in pixels. */
const bothEnds = 120;

export interface Tabs {
  /** With a tab of their own, in the order of the catalogue, so that a tab keeps its place while records come in. */
  readonly shown: readonly Dataset[];
  /** With records, but no room; most records first. */
  readonly others: readonly Dataset[];
  readonly empty: readonly Dataset[];
}

/** Datasets with records have tabs, the largest first where not all fit. The chosen one always has its tab. */
export function tabsThatFit(datasets: readonly Dataset[], chosen: string, width: number): Tabs {
  const rank = ({ dataset, count }: Dataset) => (dataset === chosen ? Infinity : (count ?? 1));
  const wanted = datasets.filter((entry) => rank(entry) > 0).sort((a, b) => rank(b) - rank(a));
  const fitting = new Set<Dataset>();
  let left = width * share - bothEnds;
  for (const entry of wanted) {
    left -= tabWidth(titleOf(datasets, entry.dataset));
    if (left < 0 && fitting.size > 0) break;
    fitting.add(entry);
  }
  return {
    shown: datasets.filter((entry) => fitting.has(entry)),
    others: wanted.filter((entry) => !fitting.has(entry)),
    empty: datasets.filter((entry) => !fitting.has(entry) && !wanted.includes(entry)),
  };
}

/** About, in pixels: measuring would cost a layout before anything is shown. */
function tabWidth(title: string): number {
  return title.length * 8 + 20;
}
