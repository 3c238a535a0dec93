import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { createContext, type ReactNode, use, useCallback, useMemo } from 'react';
import { bodyOf } from '@orbweaver/ui/api-client/client.ts';
import type { DatasetView, Scope } from '@orbweaver/ui/api-client/types.ts';
import { useApi } from '../../session/services.tsx';
import { allDatasets, viewOf } from './all-datasets.ts';
import { type Catalog, useCatalog } from './catalog.ts';
import type { ExplorePatch, ExploreSearch } from './search-params.ts';
import { queryProblem, useQueryCheck } from './query-check.ts';
import { parseTime, type ResolvedTime, resolveTime, timeParameters, type TimeChoice } from './time-choice.ts';

/** What every panel of Explore works from: the URL, made definite. */
export interface Explore {
  readonly search: ExploreSearch;
  readonly catalog: Catalog;
  readonly dataset: string;
  readonly view: DatasetView;
  readonly query: string;
  /** Undefined until it is known what times are stored. */
  readonly scope: Scope | undefined;
  /** What the dataset stands for in requests. */
  readonly datasets: string[];
  readonly time: ResolvedTime | undefined;
  /** Why nothing can be asked at all: the query is not understood, or the times are not known. */
  readonly problem: Error | null;
  /** Changes the URL; `replace` leaves no step in the history. */
  update(patch: ExplorePatch, how?: 'push' | 'replace'): void;
  setTime(choice: TimeChoice): void;
  setQuery(query: string): void;
  /** Asks everything again, with a new now. */
  refresh(): void;
}

/** Questions whose answers grow old, by the first word of their key. */
const askedAnew = new Set(['extent', 'check', 'datasets', 'search', 'histogram', 'terms', 'loss', 'twins', 'observations', 'status']);

/** Between two looks at an empty store, in milliseconds. */
const emptyInterval = 2000;

const ExploreContext = createContext<Explore | undefined>(undefined);

export function useExplore(): Explore {
  const explore = use(ExploreContext);
  if (!explore) throw new Error('useExplore is used outside ExploreProvider');
  return explore;
}

export function ExploreProvider({ children }: { children: ReactNode }) {
  const catalog = useCatalog();
  const search = useSearch({ from: '/app/explore' });
  const navigate = useNavigate({ from: '/explore' });
  const queries = useQueryClient();
  const now = useNow();
  const extent = useExtent();

  const update = useCallback(
    (patch: ExplorePatch, how: 'push' | 'replace' = 'push') =>
      void navigate({ search: (previous: ExploreSearch) => ({ ...previous, ...patch }) as ExploreSearch, replace: how === 'replace' }),
    [navigate],
  );

  const refresh = useCallback(() => {
    queries.setQueryData(nowKey, Date.now());
    void queries.invalidateQueries({ predicate: ({ queryKey }) => askedAnew.has(String(queryKey[0])) });
  }, [queries]);

  // One that this server does not have counts as absent, like any parameter that makes no sense.
  const dataset = search.dataset !== undefined && catalog.names.includes(search.dataset) ? search.dataset : allDatasets;
  const query = search.q ?? '';
  const { twins } = search;
  const choice = useMemo(() => parseTime(search.from, search.to), [search.from, search.to]);
  const needsExtent = choice.kind === 'auto' || choice.kind === 'all';
  const time = useMemo(
    () => (needsExtent && extent.data === undefined ? undefined : resolveTime(choice, now, extent.data?.bounds)),
    [choice, needsExtent, now, extent.data],
  );
  const datasets = useMemo(
    () => (dataset === allDatasets ? catalog.datasets.map((entry) => entry.dataset) : [dataset]),
    [catalog, dataset],
  );
  const check = useQueryCheck(query, datasets);
  const understood = query === '' || check.data?.ok === true;
  const scope = useMemo(
    () =>
      understood && time
        ? { datasets, ...(query === '' ? {} : { query }), ...(time.time ? { time: time.time } : {}), ...(twins ? { twins } : {}) }
        : undefined,
    [datasets, understood, query, time, twins],
  );
  // What is known already is not lost when the server goes away.
  const problem = (check.data ? queryProblem(check.data) : check.error) ?? (needsExtent && !extent.data ? extent.error : null);

  const explore = useMemo<Explore>(
    () => ({
      search,
      catalog,
      dataset,
      view: viewOf(catalog.datasets, dataset),
      query,
      datasets,
      scope,
      time,
      problem,
      update,
      setTime: (next) => update(timeParameters(next)),
      setQuery: (next) => update({ q: next.trim() === '' ? undefined : next.trim() }),
      refresh,
    }),
    [search, catalog, dataset, query, datasets, scope, time, problem, update, refresh],
  );
  return <ExploreContext value={explore}>{children}</ExploreContext>;
}

const nowKey = ['now'];

/** The moment that all panels call now. It outlives the screen for a while, so that who comes back sees at once what was there. */
function useNow(): number {
  return useQuery({ queryKey: nowKey, queryFn: () => Date.now(), initialData: Date.now }).data;
}

/** The time of everything stored. The end moves a millisecond on, since ranges leave theirs out. */
function useExtent() {
  const api = useApi();
  return useQuery({
    queryKey: ['extent'],
    queryFn: async ({ signal }) => {
      const { from, to } = await bodyOf(api.GET('/api/v1/extent', { signal }));
      return { bounds: from !== undefined && to !== undefined ? { from: Date.parse(from), to: Date.parse(to) + 1 } : undefined };
    },
    // The first records may be on their way.
    refetchInterval: ({ state }) => (state.data && state.data.bounds === undefined ? emptyInterval : false),
  });
}
