import { QueryCache, QueryClient } from '@tanstack/react-query';
import { createContext, use, useSyncExternalStore } from 'react';
import { type ApiClient, createApiClient } from '@orbweaver/ui/api-client/client.ts';
import { Problem } from '@orbweaver/ui/api-client/problem.ts';
import { createSession, type Session } from '@orbweaver/ui/api-client/session.ts';
import type { User } from '@orbweaver/ui/api-client/types.ts';

export interface Services {
  readonly session: Session;
  readonly api: ApiClient;
  readonly queries: QueryClient;
}

const markKey = 'orbweaver.signed-in';

export function createServices(): Services {
  const session = createSession({
    get: () => localStorage.getItem(markKey) !== null,
    set: (signedIn) => (signedIn ? localStorage.setItem(markKey, '1') : localStorage.removeItem(markKey)),
    watch: (listener) =>
      window.addEventListener('storage', ({ key, newValue }) => {
        // A null key: everything was cleared.
        if (key === markKey || key === null) listener(key !== null && newValue !== null);
      }),
  });
  const queries = createQueries();
  let seenBy: string | undefined;
  session.subscribe(() => {
    const user = session.user()?.id;
    // Nothing that one person saw may be there for the next.
    if (user !== undefined && seenBy !== undefined && user !== seenBy) queries.clear();
    seenBy = user ?? seenBy;
  });
  return { session, api: createApiClient(session), queries };
}

export const statusKey = ['status'];

/** The server may be on this very machine, so nothing waits for a network. When it was away and is back, everything is asked anew. */
function createQueries(): QueryClient {
  let away = false;
  const isStatus = (key: readonly unknown[]): boolean => key[0] === statusKey[0];
  const queries: QueryClient = new QueryClient({
    defaultOptions: {
      queries: { retry: shouldRetry, staleTime: 30_000, refetchOnWindowFocus: false, networkMode: 'always' },
      mutations: { networkMode: 'always' },
    },
    queryCache: new QueryCache({
      onError(error, { queryKey }) {
        if (!isUnreachable(error)) return;
        away = true;
        if (!isStatus(queryKey)) void queries.refetchQueries({ queryKey: statusKey, type: 'active' }, { cancelRefetch: false });
      },
      onSuccess(_, { queryKey }) {
        if (!away || !isStatus(queryKey)) return;
        away = false;
        void queries.invalidateQueries({ predicate: (query) => !isStatus(query.queryKey) });
      },
    }),
  });
  return queries;
}

/** No answer came at all. */
export function isUnreachable(error: Error | null): boolean {
  return error instanceof Problem && error.status === 0;
}

/** Once more when the server was away or busy; a request that it refused will be refused again. */
function shouldRetry(failures: number, error: Error): boolean {
  const transient = isUnreachable(error) || (error instanceof Problem && error.status === 503);
  return transient && failures < 1;
}

const ServicesContext = createContext<Services | undefined>(undefined);
export const ServicesProvider = ServicesContext.Provider;

export function useServices(): Services {
  const services = use(ServicesContext);
  if (!services) throw new Error('useServices is used outside ServicesProvider');
  return services;
}

export function useApi(): ApiClient {
  return useServices().api;
}

/** The user who is signed in; undefined as soon as the session ends. */
export function useUser(): User | undefined {
  const { session } = useServices();
  return useSyncExternalStore(session.subscribe, session.user);
}
