import type { Problem } from '@orbweaver/contracts/http/problem.ts';

/** A running server, and the right to ask it. */
export interface Server {
  /** `http://127.0.0.1:4900`, without a final slash. */
  readonly url: string;
  readonly token: string;
}

/** What a person did not expect, in one sentence that says what to do. */
export class ClientError extends Error {}

/** Asks `/api/v1/<path>` and gives the answer's JSON. Throws `ClientError` with the server's own words if it refuses. */
export async function ask<Answer>(server: Server, path: string, body?: unknown): Promise<Answer> {
  const response = await call(server, path, body === undefined ? { method: 'GET' } : { method: 'POST', body: JSON.stringify(body) });
  return (await response.json()) as Answer;
}

/** The same for any request; the answer has been checked for its status only. */
export async function call(server: Server, path: string, init: RequestInit & { duplex?: 'half' }): Promise<Response> {
  const headers = { authorization: `Bearer ${server.token}`, 'content-type': 'application/json', ...init.headers };
  let response: Response;
  try {
    response = await fetch(`${server.url}/api/v1/${path}`, { ...init, headers });
  } catch (error) {
    throw new ClientError(`no server answers at ${server.url} (${reasonOf(error)}); start one with: orbweaver start`);
  }
  if (!response.ok) throw new ClientError(await problemOf(response));
  return response;
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message : String(cause);
}

async function problemOf(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const problem = JSON.parse(text) as Problem;
    const faults = (problem.errors ?? []).map(({ path, message, position, expected }) => {
      const place = position === undefined ? path : `at character ${position + 1}`;
      return `\n  ${place ? `${place}: ` : ''}${message}${expected?.length ? `; expected ${expected.join(', ')}` : ''}`;
    });
    return `${problem.detail || problem.title}${faults.join('')}`;
  } catch {
    return `the server answered ${response.status} ${response.statusText}`;
  }
}
