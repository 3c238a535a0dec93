import type { Statement } from './command.ts';

/** Prepared statements that are remembered, and characters of text among them; past either the oldest is forgotten. */
export const statementCountLimit = 4096;
export const characterLimit = 1 << 20;

/** The texts of prepared statements by their identifier. */
export class PreparedStatements {
  readonly #byId = new Map<number, Statement>();
  #characters = 0;

  get(id: number | undefined): Statement | undefined {
    return id === undefined ? undefined : this.#byId.get(id);
  }

  set(id: number, statement: Statement | undefined): void {
    this.delete(id);
    if (statement === undefined) return;
    this.#byId.set(id, statement);
    this.#characters += statement.text.length;
    for (const oldest of this.#byId.keys()) {
      if (this.#byId.size <= statementCountLimit && this.#characters <= characterLimit) break;
      this.delete(oldest);
    }
  }

  clear(): void {
    this.#byId.clear();
    this.#characters = 0;
  }

  delete(id: number): void {
    this.#characters -= this.#byId.get(id)?.text.length ?? 0;
    this.#byId.delete(id);
  }
}
