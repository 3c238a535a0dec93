import type { Field } from '@orbweaver/ui/api-client/types.ts';
import type { FilterValue } from '@orbweaver/ui/filters/edit.ts';

/** The key of a group as a value of its field: group keys are always text. */
export function typedValue(text: string, field: Field | undefined): FilterValue {
  if (field?.type === 'integer' || field?.type === 'float') return Number(text);
  return field?.type === 'boolean' ? text === 'true' : text;
}
