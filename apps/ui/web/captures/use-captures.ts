import { useQuery } from '@tanstack/react-query';
import { bodyOf } from '@orbweaver/ui/api-client/client.ts';
import type { Capture } from '@orbweaver/ui/api-client/types.ts';
import { useServices } from '../session/services.tsx';

/** Between two looks at captures that are still analysed, in milliseconds. */
const pollInterval = 700;
const queryKey = ['captures'];

/** The list of captures. Where records were added, what was answered about records before is out of date. */
export function useCaptures() {
  const { api, queries } = useServices();
  return useQuery({
    queryKey,
    queryFn: async ({ signal }) => {
      const before = queries.getQueryData<readonly Capture[]>(queryKey);
      const captures = await bodyOf(api.GET('/api/v1/captures', { signal }));
      if (before && recordsOf(before) !== recordsOf(captures))
        void queries.invalidateQueries({ predicate: (query) => query.queryKey[0] !== queryKey[0] });
      return captures;
    },
    refetchInterval: ({ state }) => (state.data?.some(inProgress) ? pollInterval : false),
  });
}

function inProgress(capture: Capture): boolean {
  return capture.state === 'queued' || capture.state === 'analysing';
}

function recordsOf(captures: readonly Capture[]): number {
  return captures.flatMap(({ records }) => Object.values(records)).reduce((sum, count) => sum + count, 0);
}
