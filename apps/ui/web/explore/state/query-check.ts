import { type QueryClient, useQuery } from '@tanstack/react-query';
import { type ApiClient, bodyOf } from '@orbweaver/ui/api-client/client.ts';
import { Problem } from '@orbweaver/ui/api-client/problem.ts';
import type { CheckAnswer } from '@orbweaver/ui/api-client/types.ts';
import { useApi } from '../../session/services.tsx';
import { explain } from './query-error.ts';

/** Whether a query is understood; asked once for each, before anything else is asked with it. */
function checkOptions(api: ApiClient, query: string, datasets: string[]) {
  return {
    queryKey: ['check', query, datasets],
    queryFn: ({ signal }: { signal: AbortSignal }) => bodyOf(api.POST('/api/v1/query/check', { body: { query, datasets }, signal })),
    staleTime: Infinity,
  };
}

export function useQueryCheck(query: string, datasets: string[]) {
  return useQuery({ ...checkOptions(useApi(), query, datasets), enabled: query !== '' });
}

export function checkNow(queries: QueryClient, api: ApiClient, query: string, datasets: string[]): Promise<CheckAnswer> {
  return queries.fetchQuery(checkOptions(api, query, datasets));
}

/** The mistakes of a query as one problem; null if there are none. */
export function queryProblem(check: CheckAnswer | undefined): Problem | null {
  const fault = check?.errors[0];
  if (!check || check.ok || !fault) return null;
  return new Problem({ status: 400, title: 'The query is not understood', detail: explain(fault) });
}
