import type { Statement } from './command.ts';

/** Statements and portals that are remembered, and characters of text among them; past either the oldest is forgotten. */
export const nameLimit = 4096;
export const characterLimit = 1 << 20;

/** Names and the statements that they stand for. */
export class Statements {
  readonly #byName = new Map<string, Statement>();
  #characters = 0;

  get(name: string): Statement | undefined {
    return this.#byName.get(name);
  }

  set(name: string, statement: Statement): void {
    this.delete(name);
    this.#byName.set(name, statement);
    this.#characters += weightOf(statement);
    for (const oldest of this.#byName.keys()) {
      if (this.#byName.size <= nameLimit && this.#characters <= characterLimit) break;
      this.delete(oldest);
    }
  }

  delete(name: string): void {
    const statement = this.#byName.get(name);
    if (statement === undefined) return;
    this.#byName.delete(name);
    this.#characters -= weightOf(statement);
  }
}

const weightOf = (statement: Statement): number => statement.text.length + statement.name.length;
