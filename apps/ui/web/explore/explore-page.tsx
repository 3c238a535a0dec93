import { Skeleton, Splitter } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { Suspense } from 'react';
import { useFacetsShown, usePanelSizes } from '../preferences/preferences.ts';
import { useWindowWidth } from '../shell/window-size.ts';
import { ProblemNotice } from '../states/problem-notice.tsx';
import { DetailPanel } from './detail/detail-panel.tsx';
import { Facets } from './facets/facets.tsx';
import classes from './explore.module.css';
import { ExploreProvider, useExplore } from './state/explore.tsx';
import { Chips } from './query-bar/chips.tsx';
import { TopBar } from './top-bar.tsx';
import { NothingFound } from './table/nothing-found.tsx';
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
  const { refresh, problem, time } = useExplore();
  const nothingStored = time?.choice.kind === 'all' && time.bounds === undefined;
  useHotkeys([['r', refresh]]);
  return (
    <div className={classes.screen}>
      <h1 className={classes.hiddenTitle}>Explore</h1>
      <TopBar />
      <Chips />
      {problem && <ProblemNotice error={problem} onRetry={refresh} />}
      {!problem && nothingStored && <NothingFound />}
      {!problem && !nothingStored && (
        <>
          <TimelinePanel />
          <Panels />
        </>
      )}
    </div>
  );
}

/** From here on an open record takes the place of the facets, and then of everything, in pixels of width. */
const narrow = 1180;
const veryNarrow = 860;
/** The share of the width that a record may take from the table. */
const mostOfDetail = 0.55;

/** Facets, table and detail side by side where there is room. */
function Panels() {
  const { search } = useExplore();
  const [sizes, setSizes] = usePanelSizes();
  const [facetsShown] = useFacetsShown();
  const width = useWindowWidth();
  const opened = search.record !== undefined;
  const covers = opened && width < veryNarrow;
  const detail = opened && !covers;
  const facets = facetsShown && (width >= narrow || !opened);
  const detailMost = Math.max(320, Math.round(width * mostOfDetail));
  const keep = (next: readonly (string | number)[]) =>
    setSizes({
      facets: facets ? pixels(next[0], sizes.facets) : sizes.facets,
      detail: detail ? pixels(next.at(-1), sizes.detail) : sizes.detail,
    });
  const panes = (
    <Splitter
      key={`${facets} ${detail}`}
      className={classes.panes}
      lineSize={1}
      handleColor="var(--line)"
      withHandle={false}
      step="16px"
      onResizeEnd={(_, next) => keep(next)}
    >
      {facets && (
        <Splitter.Pane defaultSize={`${sizes.facets}px`} min="160px" max="420px">
          <Facets />
        </Splitter.Pane>
      )}
      <Splitter.Pane defaultSize={100} min={20}>
        <RecordsTable />
      </Splitter.Pane>
      {detail && (
        <Splitter.Pane defaultSize={`${Math.min(sizes.detail, detailMost)}px`} min="320px" max={`${detailMost}px`}>
          <DetailPanel />
        </Splitter.Pane>
      )}
    </Splitter>
  );
  return (
    <div className={classes.body}>
      {panes}
      {covers && (
        <div className={classes.cover}>
          <DetailPanel />
        </div>
      )}
    </div>
  );
}

function pixels(size: string | number | undefined, otherwise: number): number {
  const value = typeof size === 'string' ? Number.parseFloat(size) : Number.NaN;
  return Number.isFinite(value) ? Math.round(value) : otherwise;
}

function ExploreSkeleton() {
  return (
    <div className={classes.skeleton} role="status" aria-busy="true" aria-label="Loading">
      <Skeleton height={32} />
      <Skeleton height={110} />
      <Skeleton height={400} />
    </div>
  );
}
