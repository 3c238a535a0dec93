import { useSuspenseQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { bodyOf } from '@orbweaver/ui/api-client/client.ts';
import type { Dataset, Field } from '@orbweaver/ui/api-client/types.ts';
import { useApi } from '../../session/services.tsx';

/** What can be searched: the kinds of records and their fields. */
export interface Catalog {
  readonly datasets: readonly Dataset[];
  readonly fields: ReadonlyMap<string, Field>;
}

/** Suspends until it is there; it does not change while the server runs. */
export function useCatalog(): Catalog {
  const api = useApi();
  const { data: datasets } = useSuspenseQuery({
    queryKey: ['datasets'],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/datasets', { signal })),
  });
  const { data: fields } = useSuspenseQuery({
    queryKey: ['fields'],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/fields', { signal })),
    staleTime: Infinity,
  });
  return useMemo(() => ({ datasets, fields: new Map(fields.map((field) => [field.name, field])) }), [datasets, fields]);
}
