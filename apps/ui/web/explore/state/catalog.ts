import { useSuspenseQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { bodyOf } from '@orbweaver/ui/api-client/client.ts';
import type { Dataset, Field } from '@orbweaver/ui/api-client/types.ts';
import { useApi } from '../../session/services.tsx';

/** What can be searched: the kinds of records and their fields. */
export interface Catalog {
  readonly datasets: readonly Dataset[];
  /** Of the datasets, in their order. */
  readonly names: readonly string[];
  readonly fields: ReadonlyMap<string, Field>;
}

/** Between two looks at how many records of each kind there are, in milliseconds. */
const countInterval = 30_000;
/** While there are none at all: the first may be on their way. */
const emptyInterval = 2000;

/** Suspends until it is there. While the server runs, only the counts change. */
export function useCatalog(): Catalog {
  const api = useApi();
  const { data: datasets } = useSuspenseQuery({
    queryKey: ['datasets'],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/datasets', { signal })),
    refetchInterval: ({ state }) => (state.data?.some(({ count }) => count !== 0) ? countInterval : emptyInterval),
  });
  const { data: fields } = useSuspenseQuery({
    queryKey: ['fields'],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/fields', { signal })),
    staleTime: Infinity,
  });
  const names = useMemo(() => datasets.map(({ dataset }) => dataset), [datasets]);
  return useMemo(() => ({ datasets, names, fields: new Map(fields.map((field) => [field.name, field])) }), [datasets, names, fields]);
}
