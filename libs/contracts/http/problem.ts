import { z } from 'zod';
import { answer } from './naming.ts';

/** The media type of every answer that says what went wrong (RFC 9457). */
export const problemMediaType = 'application/problem+json';

/**
 * What can go wrong, by the last word of the problem's `type`. A client switches on these; titles and details are for people.
 */
export const problems = {
  'invalid-request': { status: 400, title: 'The request is not valid' },
  'invalid-query': { status: 400, title: 'The query is not valid' },
  'sign-in-failed': { status: 401, title: 'Sign-in failed' },
  'token-missing': { status: 401, title: 'Sign-in needed' },
  'token-invalid': { status: 401, title: 'The token is not valid' },
  'token-expired': { status: 401, title: 'The token has expired' },
  forbidden: { status: 403, title: 'Not allowed' },
  'not-found': { status: 404, title: 'Not found' },
  conflict: { status: 409, title: 'Not possible now' },
  'too-large': { status: 413, title: 'Too large' },
  'not-a-capture': { status: 415, title: 'Not a capture file' },
  'unsupported-media-type': { status: 415, title: 'Unsupported media type' },
  'too-many-attempts': { status: 429, title: 'Too many attempts' },
  'client-closed-request': { status: 499, title: 'The client went away' },
  'internal-error': { status: 500, title: 'Something went wrong' },
  'shutting-down': { status: 503, title: 'Shutting down' },
  busy: { status: 503, title: 'Too busy' },
  unavailable: { status: 503, title: 'Not available right now' },
  // Not 408, although it would say the same: a browser may send a request again by itself when it gets that.
  'query-too-slow': { status: 504, title: 'The query took too long' },
  'disk-full': { status: 507, title: 'Not enough disk space' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemKind = keyof typeof problems;

const typePrefix = 'urn:orbweaver:problem:';

export const problemType = (kind: ProblemKind): string => typePrefix + kind;

export const ProblemItem = z
  .object({
    path: z.string().describe('Where in the request: `time.from`, `sort.0.field`. Empty for the request as a whole.'),
    message: z.string(),
    position: z.int().optional().describe('In a query text: where the fault begins, in UTF-16 code units from 0.'),
    length: z.int().optional().describe('In a query text: how long the faulty part is.'),
    expected: z.array(z.string()).optional().describe('What could stand there instead.'),
  })
  .describe('One fault of the request.');
export type ProblemItem = z.infer<typeof ProblemItem>;

export const Problem = answer(
  'Problem',
  z
    .object({
      type: z.string().describe('`urn:orbweaver:problem:` and the kind of problem.'),
      title: z.string(),
      status: z.int(),
      detail: z.string().describe('What happened and what to do about it, for people.'),
      errors: z.array(ProblemItem).optional(),
    })
    .describe('What went wrong (RFC 9457).'),
);
export type Problem = z.infer<typeof Problem>;
