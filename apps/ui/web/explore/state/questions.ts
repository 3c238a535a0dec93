import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { bodyOf } from '@orbweaver/ui/api-client/client.ts';
import type { Scope } from '@orbweaver/ui/api-client/types.ts';
import { statusKey, useApi } from '../../session/services.tsx';
import type { RecordKey, Sort } from './search-params.ts';

/**
 * The questions that the panels ask. Each is keyed by all that it depends on, is cancelled when nobody waits for it any more, and
 * shows its last answer until the next one is there. A question about an undefined scope waits.
 */

/** Records in one page of the table. */
const pageSize = 200;
/** Buckets that the timeline asks for: bars of a few pixels on a wide screen. */
const timelineBuckets = 120;

export function useRecords(scope: Scope | undefined, sort: Sort, fields: string[]) {
  const api = useApi();
  return useInfiniteQuery({
    queryKey: ['search', scope, sort, fields],
    queryFn: ({ signal, pageParam }) =>
      bodyOf(
        api.POST('/api/v1/search', {
          body: { ...scope!, sort: [sort], fields, size: pageSize, ...(pageParam === undefined ? {} : { cursor: pageParam }) },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor,
    enabled: scope !== undefined,
    placeholderData: keepPreviousData,
  });
}

export function useHistogram(scope: Scope | undefined, by: string | undefined) {
  const api = useApi();
  return useQuery({
    queryKey: ['histogram', scope, by],
    queryFn: ({ signal }) =>
      bodyOf(
        api.POST('/api/v1/histogram', {
          body: { ...scope!, buckets: timelineBuckets, ...(by ? { by, by_size: 8 } : { by_size: 8 }) },
          signal,
        }),
      ),
    enabled: scope !== undefined,
    placeholderData: keepPreviousData,
  });
}

export function useTerms(scope: Scope | undefined, field: string, size: number) {
  const api = useApi();
  return useQuery({
    queryKey: ['terms', scope, field, size],
    queryFn: ({ signal }) => bodyOf(api.POST('/api/v1/terms', { body: { ...scope!, field, size }, signal })),
    enabled: scope !== undefined,
    placeholderData: keepPreviousData,
  });
}

/** What the flows of the time in view miss, whatever else the query asks for. */
export function useLoss(scope: Scope | undefined) {
  const api = useApi();
  const time = scope?.time;
  return useQuery({
    queryKey: ['loss', time],
    queryFn: async ({ signal }) => {
      const answer = await bodyOf(
        api.POST('/api/v1/statistics', {
          body: {
            datasets: ['flow'],
            query: 'flow.missed_bytes > 0',
            ...(time ? { time } : {}),
            metrics: [
              { op: 'count', name: 'flows' },
              { op: 'sum', field: 'flow.missed_bytes', name: 'bytes' },
            ],
          },
          signal,
        }),
      );
      const values = answer.groups[0]?.values;
      return { flows: Number(values?.['flows'] ?? 0), bytes: Number(values?.['bytes'] ?? 0) };
    },
    enabled: scope !== undefined,
    placeholderData: keepPreviousData,
  });
}

export function useRecord(key: RecordKey | undefined) {
  const api = useApi();
  return useQuery({
    queryKey: ['record', key?.dataset, key?.id],
    queryFn: async ({ signal }) => {
      const params = { path: { id: key!.id }, query: { dataset: key!.dataset } };
      return (await bodyOf(api.GET('/api/v1/records/{id}', { params, signal }))).record;
    },
    enabled: key !== undefined,
    placeholderData: keepPreviousData,
  });
}

export function useFlow(id: string | undefined) {
  const api = useApi();
  return useQuery({
    queryKey: ['flow', id],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/flows/{id}', { params: { path: { id: id! } }, signal })),
    enabled: id !== undefined,
  });
}

/** Between two looks at the status, and while the server is away, in milliseconds. */
const statusInterval = 15_000;
const awayInterval = 2000;

export function useStatus() {
  const api = useApi();
  return useQuery({
    queryKey: statusKey,
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/status', { signal })),
    // Its failure is what shows that the server is away, so it is not tried twice.
    retry: false,
    refetchInterval: ({ state }) => (state.status === 'error' ? awayInterval : statusInterval),
    refetchIntervalInBackground: true,
  });
}
