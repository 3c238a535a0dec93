import { Tooltip, UnstyledButton } from '@mantine/core';
import { formatCount } from '@orbweaver/ui/format/number.ts';
import classes from './explore.module.css';
import { allDatasets, titleOf } from './state/all-datasets.ts';
import { useExplore } from './state/explore.tsx';

/** Which kind of records is looked at. The query and the time stay; what belongs to the kind (columns, sort, facets) goes. */
export function DatasetTabs() {
  const { catalog, dataset, update } = useExplore();
  const choose = (next: string) =>
    update({
      dataset: next === allDatasets ? undefined : next,
      columns: undefined,
      sort: undefined,
      facets: undefined,
      by: undefined,
    });
  return (
    <div className={classes.tabs} role="group" aria-label="Kind of records">
      <Tab label="All" hint="Records of every kind" chosen={dataset === allDatasets} onChoose={() => choose(allDatasets)} />
      {catalog.datasets.map((entry) => (
        <Tab
          key={entry.dataset}
          label={titleOf(catalog.datasets, entry.dataset)}
          hint={`One record is ${entry.record}${entry.count === undefined ? '' : ` · ${formatCount(entry.count)} stored`}`}
          chosen={dataset === entry.dataset}
          onChoose={() => choose(entry.dataset)}
        />
      ))}
    </div>
  );
}

function Tab({ label, hint, chosen, onChoose }: { label: string; hint: string; chosen: boolean; onChoose: () => void }) {
  return (
    <Tooltip label={hint}>
      <UnstyledButton className={classes.tab} aria-pressed={chosen} onClick={onChoose}>
        {label}
      </UnstyledButton>
    </Tooltip>
  );
}
