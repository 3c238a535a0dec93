import type { QueryError } from '@orbweaver/ui/api-client/types.ts';

const mostNamed = 8;

/** What would have been right, as a sentence of its own; empty where the message says it already, or nobody knows. */
export function expectation({ message, expected }: QueryError): string {
  if (expected.length === 0 || /\bexpected\b/i.test(message)) return '';
  return `Expected: ${expected.slice(0, mostNamed).join(', ')}`;
}

/** Message and expectation in one. */
export function explain(error: QueryError): string {
  const expected = expectation(error);
  return expected === '' ? error.message : `${error.message.replace(/\.$/, '')}. ${expected}`;
}
