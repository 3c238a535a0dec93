import { Menu } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconChevronDown } from '@tabler/icons-react';
import type { KeyboardEvent } from 'react';
import type { Dataset } from '@orbweaver/ui/api-client/types.ts';
import { formatCount } from '@orbweaver/ui/format/number.ts';
import { MenuOnDemand } from '../overlays/menu-on-demand.tsx';
import { useChosenColumns } from '../preferences/preferences.ts';
import { useWindowWidth } from '../shell/window-size.ts';
import classes from './explore.module.css';
import { allDatasets, titleOf } from './state/all-datasets.ts';
import { useExplore } from './state/explore.tsx';
import { tabsThatFit } from './tabs-that-fit.ts';

/** Digits that lead to a tab. */
const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** Which kind of records is looked at. The query and the time stay; what belongs to the kind (sort, facets, columns) goes, and columns once chosen for it come back. */
export function DatasetTabs() {
  const { catalog, dataset, update } = useExplore();
  const [chosenColumns] = useChosenColumns();
  const width = useWindowWidth();
  const { shown, others, empty } = tabsThatFit(catalog.datasets, dataset, width);
  const choose = (next: string) =>
    update({
      dataset: next === allDatasets ? undefined : next,
      columns: chosenColumns[next],
      sort: undefined,
      facets: undefined,
      by: undefined,
    });
  const tabs = [allDatasets, ...shown.map((entry) => entry.dataset)];
  useHotkeys(digits.map((digit, place) => [digit, () => tabs[place] !== undefined && choose(tabs[place])]));
  return (
    <div className={classes.tabs} role="group" aria-label="Kind of records" onKeyDown={walk}>
      <Tab label="All" hint="Records of every kind · 1" chosen={dataset === allDatasets} onChoose={() => choose(allDatasets)} />
      {shown.map((entry, place) => (
        <Tab
          key={entry.dataset}
          label={titleOf(catalog.datasets, entry.dataset)}
          hint={`${aboutDataset(entry)}${digits[place + 1] === undefined ? '' : ` · ${digits[place + 1]}`}`}
          chosen={dataset === entry.dataset}
          onChoose={() => choose(entry.dataset)}
        />
      ))}
      {others.length + empty.length > 0 && (
        <MenuOnDemand
          position="bottom-start"
          target={
            <button type="button" className={classes.tab}>
              More <IconChevronDown size={13} aria-hidden />
            </button>
          }
        >
          <Menu.Dropdown className={classes.more}>
            <Choices datasets={others} onChoose={choose} />
            {empty.length > 0 && <Menu.Label>No records of these yet</Menu.Label>}
            <Choices datasets={empty} onChoose={choose} />
          </Menu.Dropdown>
        </MenuOnDemand>
      )}
    </div>
  );
}

function aboutDataset({ record, count }: Dataset): string {
  return `One record is ${record}${count === undefined ? '' : ` · ${formatCount(count)} stored`}`;
}

function Choices({ datasets, onChoose }: { datasets: readonly Dataset[]; onChoose: (dataset: string) => void }) {
  const { catalog } = useExplore();
  return datasets.map((entry) => (
    <Menu.Item
      key={entry.dataset}
      onClick={() => onChoose(entry.dataset)}
      rightSection={<span className={classes.moreCount}>{entry.count ? formatCount(entry.count) : ''}</span>}
    >
      {titleOf(catalog.datasets, entry.dataset)}
    </Menu.Item>
  ));
}

/** The arrow keys go from tab to tab, as the tab key does. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>('button')];
  const at = buttons.indexOf(event.target as HTMLElement);
  const steps: Record<string, number> = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: buttons.length - 1 };
  const to = steps[event.key];
  if (at < 0 || to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  buttons[Math.max(0, Math.min(buttons.length - 1, to))]?.focus();
}

function Tab({ label, hint, chosen, onChoose }: { label: string; hint: string; chosen: boolean; onChoose: () => void }) {
  return (
    <button type="button" className={classes.tab} aria-pressed={chosen} data-hint={hint} onClick={onChoose}>
      {label}
    </button>
  );
}
