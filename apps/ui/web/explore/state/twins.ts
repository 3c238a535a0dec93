import { useQuery } from '@tanstack/react-query';
import { bodyOf } from '@orbweaver/ui/api-client/client.ts';
import type { FlatRecord } from '@orbweaver/ui/api-client/types.ts';
import { condition, narrow } from '@orbweaver/ui/filters/edit.ts';
import { useApi } from '../../session/services.tsx';
import { useExplore } from './explore.tsx';

/** The mark of a record that repeats what another observer told of first. */
export const twinField = 'observer.twin_of';

/** How many twins there are beside what is found, or among it where they are shown; undefined while that is unknown, or where nobody should wonder. */
export function useTwinCount(): number | undefined {
  const api = useApi();
  const { catalog, scope, datasets, query } = useExplore();
  // A query that names them has them all the same.
  const mayHave =
    !query.includes(twinField) && catalog.datasets.some(({ dataset, twins }) => twins !== undefined && datasets.includes(dataset));
  const { data } = useQuery({
    queryKey: ['twins', scope],
    queryFn: async ({ signal }) => {
      const body = { ...scope!, query: narrow(query, `${twinField}: *`), metrics: [{ op: 'count' as const, name: 'n' }] };
      const { groups } = await bodyOf(api.POST('/api/v1/statistics', { body, signal }));
      return Number(groups[0]?.values['n'] ?? 0);
    },
    enabled: mayHave && scope !== undefined,
  });
  return mayHave ? data : undefined;
}

export interface Observation {
  readonly flow: string;
  /** Name and interface. */
  readonly observer: string;
}

/** Observations of one conversation that are listed. */
const mostObservations = 100;
/** Milliseconds: flows that are recorded in pieces begin no longer before their records; and clocks may be apart by so much. */
const longestPiece = 3600e3;
const tolerance = 5000;

/** The flows of other observers that saw the conversation of a live record while it went on, one for each observer. */
export function useOtherObservations(record: FlatRecord) {
  const api = useApi();
  const community = record['network.community_id'];
  const isLive = record['observer.name'] !== undefined;
  const begin = Date.parse(String(record['event.start'])) - tolerance;
  const end = Date.parse(String(record['event.end'])) + tolerance;
  return useQuery({
    queryKey: ['observations', record['event.id']],
    queryFn: async ({ signal }): Promise<Observation[]> => {
      const { records } = await bodyOf(
        api.POST('/api/v1/search', {
          body: {
            datasets: ['flow'],
            query: condition('network.community_id', String(community)),
            time: { from: new Date(begin - longestPiece).toISOString(), to: new Date(end).toISOString() },
            twins: 'show',
            fields: ['event.end', ...observerFields],
            size: mostObservations,
          },
          signal,
        }),
      );
      const others = new Map<string, Observation>();
      const own = observerOf(record);
      for (const flow of records as FlatRecord[]) {
        const observer = observerOf(flow);
        if (observer === own || others.has(observer) || Date.parse(String(flow['event.end'])) < begin) continue;
        others.set(observer, { flow: flow['event.id'], observer });
      }
      return [...others.values()].sort((a, b) => (a.observer < b.observer ? -1 : 1));
    },
    enabled: isLive && community !== undefined,
  });
}

const observerFields = ['observer.name', 'observer.ingress.interface.name'];

function observerOf(record: FlatRecord): string {
  return observerFields.map((field) => String(record[field] ?? '')).join('/');
}
