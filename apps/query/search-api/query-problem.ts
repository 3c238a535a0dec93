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
  // The write side has the same error, which this side may not know by its class.
  if (error instanceof Error && error.name === 'StoreUnavailable') return new ProblemError('busy', error.message, { cause: error });
  return undefined;
}
