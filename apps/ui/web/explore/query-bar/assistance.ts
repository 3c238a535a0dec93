import type { Completion, CompletionContext, CompletionResult, CompletionSource } from '@codemirror/autocomplete';
import { linter } from '@codemirror/lint';
import { type Extension, StateEffect } from '@codemirror/state';
import type { ApiClient } from '@orbweaver/ui/api-client/client.ts';
import { bodyOf } from '@orbweaver/ui/api-client/client.ts';
import type { CompleteAnswer, QueryError, TimeRange } from '@orbweaver/ui/api-client/types.ts';
import { formatShortCount } from '@orbweaver/ui/format/number.ts';
import { explain } from '../state/query-error.ts';

/** Where a query is asked: what completion and checking depend on beside its text. */
export interface QueryPlace {
  readonly datasets: string[];
  readonly time: TimeRange | undefined;
}

/** Rest after the last key before a query is checked, in milliseconds. */
const checkDelay = 400;

/** Completes fields, operators and values by asking the server; while it does not answer, nothing is suggested. */
export function completeQuery(api: ApiClient, place: () => QueryPlace): CompletionSource {
  return async (context) => {
    const query = context.state.doc.toString();
    if (!context.explicit && query === '') return null;
    const answer = await ask(api, place(), query, context).catch(() => null);
    if (!answer || answer.suggestions.length === 0) return null;
    return { from: answer.from, to: answer.to, options: answer.suggestions.map(option), filter: false } satisfies CompletionResult;
  };
}

function ask(api: ApiClient, { datasets, time }: QueryPlace, query: string, context: CompletionContext): Promise<CompleteAnswer> {
  const aborter = new AbortController();
  context.addEventListener('abort', () => aborter.abort());
  const body = { query, position: context.pos, datasets, ...(time ? { time } : {}) };
  return bodyOf(api.POST('/api/v1/query/complete', { body, signal: aborter.signal }));
}

function option(suggestion: CompleteAnswer['suggestions'][number]): Completion {
  const { text, label, kind, help, count } = suggestion;
  const detail = count === undefined ? (text === label ? kind : label) : formatShortCount(count);
  return { label: text, detail, type: kind, ...(help === undefined ? {} : { info: help }) };
}

/** What a query may name has changed: it is checked anew. */
export const placeChanged = StateEffect.define<null>();

/** Marks what the server does not understand, some time after the last key. */
export function checkQuery(api: ApiClient, place: () => QueryPlace, onErrors: (errors: readonly QueryError[]) => void): Extension {
  return linter(
    async (view) => {
      const query = view.state.doc.toString();
      const answer =
        query.trim() === ''
          ? undefined
          : await bodyOf(api.POST('/api/v1/query/check', { body: { query, datasets: place().datasets } })).catch(() => undefined);
      const errors = answer?.errors ?? [];
      // While it is being typed, a query that merely goes on is no mistake.
      if (!view.hasFocus || errors.length === 0) onErrors(errors);
      return errors.map((error) => ({
        from: Math.min(error.position, query.length),
        to: Math.min(Math.max(error.position + error.length, error.position + 1), query.length),
        severity: 'error' as const,
        message: explain(error),
      }));
    },
    {
      delay: checkDelay,
      needsRefresh: ({ transactions }) => transactions.some(({ effects }) => effects.some((effect) => effect.is(placeChanged))),
    },
  );
}
