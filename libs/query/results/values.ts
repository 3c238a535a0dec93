import type { ValueProvider } from '../language/complete.ts';
import { QueryTimeout, type Reader, type ReadOptions, type Selection, type SuggestPlan } from '../search/reader.ts';

/** Values for completion have to be there while people type: later ones are not waited for. */
const suggestLimitMs = 800;
const maxValues = 20;

/** Values of stored records for completion; none where finding them takes too long. */
export function valuesFrom(reader: Reader, selection: Selection, options?: ReadOptions): ValueProvider {
  return async (field: SuggestPlan['field'], prefix: string) => {
    try {
      return await reader.suggest({ selection, field, prefix, size: maxValues }, { ...options, timeLimitMs: suggestLimitMs });
    } catch (error) {
      if (error instanceof QueryTimeout) return [];
      throw error;
    }
  };
}
