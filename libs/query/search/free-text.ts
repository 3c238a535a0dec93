import type { Literal } from '@orbweaver/contracts/query/ast.ts';
import type { CatalogueField } from './catalogue.ts';
import { foldCase } from './fold-case.ts';
import { matchValue } from './match-value.ts';
import type { Predicate } from './predicate.ts';
import type { Place } from './resolve.ts';

/** Compared whole: nobody looks for a piece of them, and they are on every record. */
const comparedWhole = new Set(['event.id', 'event.dataset', 'flow.id', 'flow.parent_id', 'flow.root_id', 'network.community_id']);

/**
 * Words without a field. Every word must be found, each in any field: within texts (case ignored), or as an address or network, or as a number without
 * a unit (a port, a status). A quoted text is one word. Maps are not looked into: `http.request.headers: *word*` does.
 */
export function freeText(value: Literal, fields: readonly CatalogueField[], now: number): Predicate {
  const words = value.quoted ? [value] : splitWords(value);
  const operands = words.map((word) => findWord(word, fields, now));
  return operands.length === 1 ? operands[0]! : { kind: 'and', operands };
}

function findWord(word: Literal, fields: readonly CatalogueField[], now: number): Predicate {
  const operands = fields.flatMap(({ name, field }): Predicate[] => {
    if (field.type === 'object') {
      return Object.entries(field.properties ?? {}).flatMap(([property, of]) =>
        of.type === 'keyword' || of.type === 'text'
          ? [within({ kind: 'property', field: name, property, type: of.type, many: of.many ?? false }, word)]
          : [],
      );
    }
    if (field.type === 'map') return [];
    const target = { kind: 'field', field: name, type: field.type, many: field.many ?? false } as const;
    if (comparedWhole.has(name)) return word.parts ? [] : [{ kind: 'equals', target, value: word.text }];
    if (field.type === 'keyword' || field.type === 'text') return [within(target, word)];
    if (field.type !== 'ip' && !(field.type === 'integer' && field.unit === undefined)) return [];
    const matched = matchValue({ target, unit: undefined }, ':', word, now);
    return 'predicate' in matched ? [matched.predicate] : [];
  });
  return operands.length === 0 ? { kind: 'none' } : { kind: 'or', operands };
}

function within(target: Place['target'], word: Literal): Predicate {
  return word.parts
    ? { kind: 'pattern', target, parts: ['', ...word.parts.map(foldCase), ''] }
    : { kind: 'contains', target, text: foldCase(word.text) };
}

/** The words of an unquoted text. A wildcard (NUL while splitting) stays with its word; an escaped star is just a star. */
function splitWords({ text, parts, position, length }: Literal): Literal[] {
  const words = (parts?.join('\0') ?? text).split(' ').filter((word) => word !== '');
  return words.map((word) => {
    const pieces = parts === undefined ? [word] : word.split('\0');
    const literal = { text: pieces.join('*'), quoted: false, position, length };
    return pieces.length > 1 ? { ...literal, parts: pieces } : literal;
  });
}
