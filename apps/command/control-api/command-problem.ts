import { ReceiveError, type ReceiveProblem } from '@orbweaver/command/imports/receive-error.ts';
import { StoreUnavailable } from '@orbweaver/command/indexing/writer.ts';
import type { ProblemKind } from '@orbweaver/contracts/http/problem.ts';
import { GateFullError } from '@orbweaver/platform/auth/gate.ts';
import { ProblemError } from '@orbweaver/platform/service/problem-error.ts';

const kinds: Record<ReceiveProblem, ProblemKind> = {
  'too-large': 'too-large',
  'not-a-capture': 'not-a-capture',
  'disk-full': 'disk-full',
  aborted: 'client-closed-request',
  busy: 'busy',
  known: 'conflict',
};

/** What errors of the write side mean to a client. */
export function commandProblem(error: unknown): ProblemError | undefined {
  if (error instanceof ReceiveError) return new ProblemError(kinds[error.problem], error.message, { cause: error });
  if (error instanceof StoreUnavailable)
    return new ProblemError('unavailable', `${error.message}. Try again in a moment.`, { cause: error });
  if (error instanceof GateFullError)
    return new ProblemError('busy', 'Too many are signing in right now; try again in a moment.', { cause: error });
  return undefined;
}
