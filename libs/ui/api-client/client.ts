import createClient, { type Client, type Middleware } from 'openapi-fetch';
import type { paths } from './generated/openapi.d.ts';
import { problemOf } from './problem.ts';
import type { Session } from './session.ts';

export type ApiClient = Client<paths>;

/** A client of the API that throws a `Problem` for every answer that is not a success. */
export function createApiClient(session: Session, baseUrl = window.location.origin): ApiClient {
  const client = createClient<paths>({ baseUrl, fetch: (request) => session.fetch(request) });
  client.use(problemsAreThrown);
  return client;
}

const problemsAreThrown: Middleware = {
  async onResponse({ response }) {
    if (response.ok) return undefined;
    throw problemOf(response.status, await response.json().catch(() => undefined));
  },
};

/** The body of an answer; the middleware has thrown already if there is none. */
export async function bodyOf<Body>(answer: Promise<{ data?: Body }>): Promise<Body> {
  const { data } = await answer;
  return data as Body;
}
