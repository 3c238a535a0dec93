import type { ProblemDetails } from './types.ts';

/** What the API said went wrong (RFC 9457), or what kept it from answering. Thrown by every call of the client. */
export class Problem extends Error {
  override readonly name = 'Problem';
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly title: string;
  readonly faults: NonNullable<ProblemDetails['errors']>;

  constructor(details: Pick<ProblemDetails, 'status' | 'title' | 'detail'> & { errors?: ProblemDetails['errors'] }) {
    super(details.detail);
    this.status = details.status;
    this.title = details.title;
    this.faults = details.errors ?? [];
  }
}

/** Reads a problem from an answer's parsed body; an answer of another kind (a proxy's page) gives one that names its status. */
export function problemOf(status: number, body: unknown): Problem {
  if (isDetails(body)) return new Problem({ ...body, status });
  return new Problem({ status, title: 'Unexpected answer', detail: `The server answered with status ${status} and no explanation.` });
}

export function unreachable(): Problem {
  return new Problem({ status: 0, title: 'No connection', detail: 'The server does not answer. Is it still running?' });
}

function isDetails(body: unknown): body is ProblemDetails {
  return typeof body === 'object' && body !== null && 'title' in body && 'detail' in body;
}
