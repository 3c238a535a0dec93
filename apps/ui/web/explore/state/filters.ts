import { useMemo } from 'react';
import { exclude, type FilterValue, include, narrow, only, present } from '@orbweaver/ui/filters/edit.ts';
import { useExplore } from './explore.tsx';

/** What can be done with a value anywhere on the screen. */
export interface Filters {
  include(field: string, value: FilterValue): void;
  exclude(field: string, value: FilterValue): void;
  only(field: string, value: FilterValue): void;
  present(field: string): void;
  narrow(condition: string): void;
}

export function useFilters(): Filters {
  const { query, setQuery } = useExplore();
  return useMemo(
    () => ({
      include: (field, value) => setQuery(include(query, field, value)),
      exclude: (field, value) => setQuery(exclude(query, field, value)),
      only: (field, value) => setQuery(only(query, field, value)),
      present: (field) => setQuery(present(query, field)),
      narrow: (condition) => setQuery(narrow(query, condition)),
    }),
    [query, setQuery],
  );
}
