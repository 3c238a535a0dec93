import { foldCase } from '@orbweaver/query/search/fold-case.ts';

/** The last character that has another case; a newer Unicode may add some behind it. */
const lastCased = 0x1ffff;
const special = new Set('.?+*|{}[]()"\\#@&<>~^-');

/** Characters that fold to one, where there are others than itself. Made when it is first asked for. */
let variants: ReadonlyMap<string, string> | undefined;

/** A regular expression of Lucene (flags NONE) that matches these texts, however their letters are written. `text` is folded already. */
export function caselessRegexp(text: string): string {
  variants ??= findVariants();
  let pattern = '';
  for (const char of text) pattern += variants.get(char) ?? literalRegexp(char);
  return pattern;
}

/** One that matches exactly this text. */
export function literalRegexp(text: string): string {
  let pattern = '';
  for (const char of text) pattern += special.has(char) ? `\\${char}` : char;
  return pattern;
}

function findVariants(): Map<string, string> {
  const others = new Map<string, string>();
  for (let code = 0; code <= lastCased; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const char = String.fromCodePoint(code);
    const folded = foldCase(char);
    if (folded !== char) others.set(folded, (others.get(folded) ?? folded) + char);
  }
  return new Map([...others].map(([folded, chars]) => [folded, `[${chars}]`]));
}
