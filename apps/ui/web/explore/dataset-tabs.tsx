import { Menu, Tooltip, UnstyledButton } from '@mantine/core';
import { useViewportSize } from '@mantine/hooks';
import { IconChevronDown } from '@tabler/icons-react';
import type { Dataset } from '@orbweaver/ui/api-client/types.ts';
import { formatCount } from '@orbweaver/ui/format/number.ts';
import classes from './explore.module.css';
import { allDatasets, titleOf } from './state/all-datasets.ts';
import { useExplore } from './state/explore.tsx';
import { tabsThatFit } from './tabs-that-fit.ts';

/** Which kind of records is looked at. The query and the time stay; what belongs to the kind (columns, sort, facets) goes. */
export function DatasetTabs() {
  const { catalog, dataset, update } = useExplore();
  const { width } = useViewportSize();
  const { shown, hidden } = tabsThatFit(catalog.datasets, dataset, width);
  const title = (entry: Dataset) => titleOf(catalog.datasets, entry.dataset);
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
      {shown.map((entry) => (
        <Tab
          key={entry.dataset}
          label={title(entry)}
          hint={`One record is ${entry.record}${entry.count === undefined ? '' : ` · ${formatCount(entry.count)} stored`}`}
          chosen={dataset === entry.dataset}
          onChoose={() => choose(entry.dataset)}
        />
      ))}
      {hidden.length > 0 && (
        <Menu position="bottom-start">
          <Menu.Target>
            <UnstyledButton className={classes.tab}>
              More <IconChevronDown size={13} aria-hidden />
            </UnstyledButton>
          </Menu.Target>
          <Menu.Dropdown className={classes.more}>
            {hidden.map((entry) => (
              <Menu.Item
                key={entry.dataset}
                onClick={() => choose(entry.dataset)}
                rightSection={<span className={classes.moreCount}>{formatCount(entry.count ?? 0)}</span>}
              >
                {title(entry)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
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
