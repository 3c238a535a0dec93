import { BIGINT, BOOLEAN, DOUBLE, HUGEINT, UBIGINT, UINTEGER, VARCHAR, type DuckDBType, type DuckDBValue } from '@duckdb/node-api';

/** The values of one statement. A value that occurs again keeps its number, so a condition repeated for each segment adds nothing. */
export class Parameters {
  readonly values: DuckDBValue[] = [];
  readonly types: DuckDBType[] = [];
  readonly #numbers = new Map<string, number>();

  text(value: string): string {
    return this.#add('t', value, VARCHAR);
  }

  /** A whole number that fits 64 bits. */
  bigint(value: bigint): string {
    return this.#add('i', value, BIGINT);
  }

  /** A whole number of any size, for dates that are text. */
  hugeint(value: bigint): string {
    return this.#add('h', value, HUGEINT);
  }

  /** A whole number without sign of a column of so many bits. */
  unsigned(value: bigint, bits: 32 | 64): string {
    return bits === 64 ? this.#add('u', value, UBIGINT) : this.#add('v', Number(value), UINTEGER);
  }

  number(value: number): string {
    return Number.isSafeInteger(value) ? this.bigint(BigInt(value)) : this.#add('d', value, DOUBLE);
  }

  boolean(value: boolean): string {
    return this.#add('b', value, BOOLEAN);
  }

  #add(kind: string, value: DuckDBValue, type: DuckDBType): string {
    const key = `${kind}${String(value)}`;
    let number = this.#numbers.get(key);
    if (number === undefined) {
      this.values.push(value);
      this.types.push(type);
      number = this.values.length;
      this.#numbers.set(key, number);
    }
    return `$${number}`;
  }
}
