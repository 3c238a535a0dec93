import type { z } from 'zod';
import { ProblemError } from './problem-error.ts';

/** What the schema makes of the input; a `ProblemError` that names every fault and its place otherwise. `part` is `body`, `query`, `path`. */
export function validate<Schema extends z.ZodType>(schema: Schema, input: unknown, part: string): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const items = result.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: join([...issue.path, key]), message: 'there is no such field in this request' }))
      : [{ path: join(issue.path), message: issue.message }],
  );
  const first = items[0]!;
  const detail = first.path === '' ? `The ${part} of the request: ${first.message}` : `${first.path}: ${first.message}`;
  throw new ProblemError('invalid-request', items.length > 1 ? `${detail} (and ${String(items.length - 1)} more)` : detail, { items });
}

const join = (path: readonly PropertyKey[]) => path.map(String).join('.');
