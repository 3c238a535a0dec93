import type { Dataset, DatasetView } from '@orbweaver/ui/api-client/types.ts';

/** The column that is no field: the summary line of the record's own dataset. */
export const summaryColumn = 'summary';

/** How records of all datasets are shown together. */
export const allView: DatasetView = {
  columns: ['@timestamp', 'event.dataset', 'source.ip', 'destination.ip', 'destination.port', summaryColumn, 'event.duration'],
  facets: ['event.dataset', 'network.protocol', 'source.ip', 'destination.ip', 'destination.port', 'network.transport'],
  timelineBy: 'event.dataset',
  summary: '',
  sections: [],
};

export const allDatasets = 'all';

export function viewOf(datasets: readonly Dataset[], dataset: string): DatasetView {
  return datasets.find((entry) => entry.dataset === dataset)?.view ?? allView;
}

export function titleOf(datasets: readonly Dataset[], dataset: string): string {
  if (dataset === 'flow') return 'Flows';
  return datasets.find((entry) => entry.dataset === dataset)?.title ?? dataset.toUpperCase();
}
