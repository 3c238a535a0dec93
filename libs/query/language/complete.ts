import type { CompleteAnswer, Suggestion } from '@orbweaver/contracts/query/answers.ts';
import { operatorsOf } from '@orbweaver/contracts/records/schema.ts';
import type { Catalogue } from '../search/catalogue.ts';
import type { SuggestPlan, ValueCount } from '../search/reader.ts';
import { resolveField, type Resolved } from '../search/resolve.ts';
import { caretPlace, type CaretPlace } from './caret.ts';
import { printField, printValue } from './print.ts';

/** Values of a field that begin with what was typed, most frequent first. */
export type ValueProvider = (field: SuggestPlan['field'], prefix: string) => Promise<readonly ValueCount[]>;

export interface CompleteContext {
  readonly catalogue: Catalogue;
  readonly datasets: readonly string[];
  readonly values: ValueProvider;
}

const maxSuggestions = 50;

/** What could stand at `position` (UTF-16 code units) of a query that need not be whole. */
export async function completeQuery(query: string, position: number, context: CompleteContext): Promise<CompleteAnswer> {
  const place = caretPlace(query, position);
  const suggestions = await suggest(place, context);
  return { from: place.from, to: place.to, suggestions: suggestions.slice(0, maxSuggestions) };
}

async function suggest(place: CaretPlace, context: CompleteContext): Promise<Suggestion[]> {
  switch (place.kind) {
    case 'field':
      return [...fields(place.typed, context), ...keywords(['not'], place.typed)];
    case 'operator': {
      const resolved = resolveField(context.catalogue, context.datasets, place.field);
      return resolved === undefined
        ? keywords(['and', 'or'], place.typed)
        : [...operators(resolved), ...keywords(['and', 'or'], place.typed)];
    }
    case 'value':
      return values(place, context);
    case 'keyword':
      return keywords(['and', 'or'], place.typed);
  }
}

/** Fields with what was typed in their name or label: first those that begin with it, then those with a word that does. */
function fields(typed: string, { catalogue, datasets }: CompleteContext): Suggestion[] {
  const wanted = typed.toLowerCase();
  const candidates = catalogue.fieldsOf(datasets).flatMap(({ name, field }) => {
    const parts = Object.entries(field.properties ?? {}).map(([property, of]) => ({ name: `${name}.${property}`, field: of }));
    return [{ name, field }, ...parts];
  });
  return candidates
    .map((candidate) => ({ ...candidate, rank: rankOf(candidate.name.toLowerCase(), candidate.field.label.toLowerCase(), wanted) }))
    .filter(({ rank }) => rank < Infinity)
    .sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1))
    .map(({ name, field }) => ({
      text: field.type === 'map' ? `${printField(name)}.` : printField(name),
      label: name,
      kind: 'field',
      help: `${field.label}: ${field.help}`,
    }));
}

function rankOf(name: string, label: string, wanted: string): number {
  if (name.startsWith(wanted)) return 0;
  if (name.includes(`.${wanted}`)) return 1;
  if (label.startsWith(wanted)) return 2;
  return name.includes(wanted) || label.includes(wanted) ? 3 : Infinity;
}

function operators({ places, presence }: Resolved): Suggestion[] {
  const types = places.map(({ target }) => (target.kind === 'entry' || target.kind === 'entries' ? 'keyword' : target.type));
  const possible = new Set(types.flatMap((type) => operatorsOf(type)));
  const suggestions: Suggestion[] = [operator(': ', ':', 'equals; * stands for anything, parentheses hold several values')];
  if (possible.has('range')) {
    suggestions.push(
      operator('>= ', '>=', 'at least'),
      operator('<= ', '<=', 'at most'),
      operator('> ', '>', 'more than'),
      operator('< ', '<', 'less than'),
    );
  }
  suggestions.push(operator('!= ', '!=', 'does not equal, or is missing'));
  if (presence.length > 0) suggestions.push(operator(': *', ': *', 'is there'));
  return suggestions;
}

function operator(text: string, label: string, help: string): Suggestion {
  return { text, label, kind: 'operator', help };
}

async function values(
  place: Extract<CaretPlace, { kind: 'value' }>,
  { catalogue, datasets, values: provide }: CompleteContext,
): Promise<Suggestion[]> {
  const target = resolveField(catalogue, datasets, place.field)?.places[0]?.target;
  if (target === undefined) return [];
  const value = (text: string, count?: number): Suggestion => {
    return { text: printValue(text), label: text, kind: 'value', ...(count === undefined ? {} : { count }) };
  };
  if (target.kind === 'field' && target.type === 'boolean') {
    return ['true', 'false'].filter((text) => text.startsWith(place.typed.toLowerCase())).map((text) => value(text));
  }
  if (target.kind === 'field' && target.type === 'date') {
    return ['now-15m', 'now-1h', 'now-1d', 'now/d'].filter((text) => text.startsWith(place.typed)).map((text) => value(text));
  }
  const field =
    target.kind === 'entry'
      ? { map: target.field, key: target.key }
      : target.kind === 'field'
        ? { name: target.field, type: target.type, many: target.many }
        : undefined;
  if (field === undefined) return [];
  return (await provide(field, place.typed)).map(({ value: found, count }) => value(String(found), count));
}

const helpOf = { and: 'both', or: 'either, or both', not: 'the opposite of what follows' } as const;

function keywords(words: readonly (keyof typeof helpOf)[], typed: string): Suggestion[] {
  return words
    .filter((word) => word.startsWith(typed.toLowerCase()))
    .map((word) => ({ text: `${word} `, label: word, kind: 'keyword', help: helpOf[word] }));
}
