import { Skeleton, Splitter } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { Suspense } from 'react';
import { usePanelSizes } from '../preferences/preferences.ts';
import { DetailPanel } from './detail/detail-panel.tsx';
import { Facets } from './facets/facets.tsx';
import classes from './explore.module.css';
import { ExploreProvider, useExplore } from './state/explore.tsx';
import { Chips } from './query-bar/chips.tsx';
import { TopBar } from './top-bar.tsx';
import { RecordsTable } from './table/records-table.tsx';
import { TimelinePanel } from './timeline/timeline-panel.tsx';

export function ExplorePage() {
  return (
    <Suspense fallback={<ExploreSkeleton />}>
      <ExploreProvider>
        <ExploreScreen />
      </ExploreProvider>
    </Suspense>
  );
}

function ExploreScreen() {
  const { search, refresh } = useExplore();
  const [sizes, setSizes] = usePanelSizes();
  const open = search.record !== undefined;
  useHotkeys([['r', refresh]]);
  return (
    <div className={classes.screen}>
      <h1 className={classes.hiddenTitle}>Explore</h1>
      <TopBar />
      <Chips />
      <TimelinePanel />
      <Splitter
        key={open ? 'with-detail' : 'without-detail'}
        className={classes.body}
        lineSize={1}
        withHandle={false}
        step="16px"
        onResizeEnd={(_, next) =>
          setSizes({ facets: pixels(next[0], sizes.facets), detail: open ? pixels(next[2], sizes.detail) : sizes.detail })
        }
      >
        <Splitter.Pane defaultSize={`${sizes.facets}px`} min="160px" max="420px">
          <Facets />
        </Splitter.Pane>
        <Splitter.Pane defaultSize={100} min={20}>
          <RecordsTable />
        </Splitter.Pane>
        {open && (
          <Splitter.Pane defaultSize={`${sizes.detail}px`} min="320px" max="900px">
            <DetailPanel />
          </Splitter.Pane>
        )}
      </Splitter>
    </div>
  );
}

function pixels(size: string | number | undefined, otherwise: number): number {
  const value = typeof size === 'string' ? Number.parseFloat(size) : Number.NaN;
  return Number.isFinite(value) ? Math.round(value) : otherwise;
}

function ExploreSkeleton() {
  return (
    <div className={classes.skeleton} aria-busy="true" aria-label="Loading">
      <Skeleton height={32} />
      <Skeleton height={110} />
      <Skeleton height={400} />
    </div>
  );
}
