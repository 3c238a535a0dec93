import { ProblemError } from '@orbweaver/platform/service/problem-error.ts';
import { BadQuestion } from '@orbweaver/query/results/questions.ts';
import { QueryTimeout, QueryTooLarge } from '@orbweaver/query/search/reader.ts';

/** What errors of the read side mean to a client. */
export function queryProblem(error: unknown): ProblemError | undefined {
  if (error instanceof BadQuestion) {
    const items = error.problems.map(({ expected, ...problem }) => ({
      ...problem,
      ...(expected === undefined ? {} : { expected: [...expected] }),
    }));
    const first = items[0];
    const kind = items.every(({ path }) => path === 'query') ? 'invalid-query' : 'invalid-request';
    const place = first === undefined || first.path === 'query' ? '' : `${first.path}: `;
    return new ProblemError(kind, `${place}${first?.message ?? error.message}`, { items, cause: error });
  }
  if (error instanceof QueryTimeout) return new ProblemError('query-too-slow', `${error.message}.`, { cause: error });
  if (error instanceof QueryTooLarge) return new ProblemError('invalid-request', error.message, { cause: error });
  if (isUnavailable(error)) return new ProblemError('unavailable', `${error.message}. Try again in a moment.`, { cause: error });
  return undefined;
}

/** Where the store is known to be away or unfit, that is what a question that failed or took too long is told, rather than that it was too much. */
export function whileAway(problem: () => string | undefined): (error: unknown) => ProblemError | undefined {
  return (error) => {
    const reason = error instanceof QueryTimeout || isUnavailable(error) ? problem() : undefined;
    return reason === undefined ? undefined : new ProblemError('unavailable', `${reason}. Try again in a moment.`, { cause: error });
  };
}

/** The write side has the same error, which this side may not know by its class. */
function isUnavailable(error: unknown): error is Error {
  return error instanceof Error && error.name === 'StoreUnavailable';
}
