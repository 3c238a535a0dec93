/** Names with what becomes of their value: exact ones, and ends of names. */
export class NameRules<Rule> {
  readonly #exact = new Map<string, Rule>();
  /** By the last character of the name: few ends are compared with any name. */
  readonly #ends = new Map<number, { readonly end: string; readonly rule: Rule }[]>();

  /** `name` as it is compared; a `*` before it stands for anything. An exact name comes before an end, an earlier end before a later one. */
  add(name: string, rule: Rule): void {
    if (!name.startsWith('*')) {
      this.#exact.set(name, rule);
      return;
    }
    const end = name.slice(1);
    const last = end.charCodeAt(end.length - 1);
    const others = this.#ends.get(last);
    if (others === undefined) this.#ends.set(last, [{ end, rule }]);
    else others.push({ end, rule });
  }

  get(name: string): Rule | undefined {
    const exact = this.#exact.get(name);
    if (exact !== undefined) return exact;
    const ends = this.#ends.get(name.charCodeAt(name.length - 1));
    if (ends === undefined) return undefined;
    for (const { end, rule } of ends) if (name.endsWith(end)) return rule;
    return undefined;
  }
}
