import { indexSpan } from '@orbweaver/contracts/indices/names.ts';
import { mappingsOf } from '@orbweaver/contracts/indices/mappings.ts';
import type { DatasetSchema } from '@orbweaver/contracts/records/schema.ts';
import { StoreUnavailable } from '@orbweaver/command/indexing/writer.ts';
import type { Connection } from './connection.ts';
import { checkTimeoutMs } from './settings.ts';

/** Indices that a message names. */
const maxNamed = 3;

/**
 * Whether questions can be answered: the cluster is there, takes us, and its indices under our names are ours. Mappings are looked at again where an index has come or gone.
 */
export class ClusterCheck {
  readonly #connection: Connection;
  readonly #prefix: string;
  /** By name: one name has one type, in whichever dataset. */
  readonly #fields = new Map<string, { readonly type: string; readonly datasets: Set<string> }>();
  readonly #datasets: ReadonlySet<string>;
  /** The indices whose mappings were seen to fit. */
  #fitting = '';

  constructor(connection: Connection, schemas: readonly DatasetSchema[], prefix: string) {
    this.#connection = connection;
    this.#prefix = prefix;
    this.#datasets = new Set(schemas.map(({ dataset }) => dataset));
    for (const schema of schemas)
      for (const [name, { type }] of Object.entries(mappingsOf(schema).properties)) {
        const field = this.#fields.get(name) ?? { type, datasets: new Set() };
        this.#fields.set(name, field);
        field.datasets.add(schema.dataset);
      }
  }

  /** Rejects with `StoreUnavailable` that says what is wrong and what to do, within seconds. */
  async run(): Promise<void> {
    try {
      const indices = await this.#indices();
      const known = JSON.stringify(indices);
      if (known === this.#fitting) return;
      this.#fitting = '';
      await this.#mustFit(indices.map(([name]) => name));
      this.#fitting = known;
    } catch (error) {
      throw this.#connection.failure(error);
    }
  }

  /** Those that hold records, with what tells one from another that had its name before. */
  async #indices(): Promise<(readonly [name: string, uuid: string])[]> {
    const { indices = {} } = await this.#connection.client.indices.stats(
      { index: `${this.#prefix}-*`, metric: ['docs'], filter_path: ['indices.*.uuid'] },
      { requestTimeout: checkTimeoutMs },
    );
    return Object.entries(indices)
      .filter(([name]) => this.#datasets.has(indexSpan(this.#prefix, name)?.dataset ?? ''))
      .map(([name, { uuid }]) => [name, uuid ?? ''] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1));
  }

  async #mustFit(ours: readonly string[]): Promise<void> {
    if (ours.length === 0) return;
    const { fields } = await this.#connection.client.fieldCaps(
      { index: `${this.#prefix}-*`, fields: '*', ignore_unavailable: true, allow_no_indices: true },
      { requestTimeout: checkTimeoutMs },
    );
    const faults = new Map<string, string>();
    for (const [name, types] of Object.entries(fields)) {
      const field = this.#fields.get(name);
      for (const [type, { indices }] of Object.entries(types)) {
        if (field === undefined || type === field.type) continue;
        // Indices are named only where they differ.
        const where = indices === undefined ? undefined : new Set([indices].flat());
        for (const index of ours)
          if ((where === undefined ? field.datasets.has(indexSpan(this.#prefix, index)!.dataset) : where.has(index)) && !faults.has(index))
            faults.set(index, `${index} has ${name} as ${type}, not ${field.type}`);
      }
    }
    if (faults.size === 0) return;
    const named = [...faults.values()].slice(0, maxNamed);
    const more = faults.size > named.length ? `, and ${faults.size - named.length} more` : '';
    throw new StoreUnavailable(
      `${this.#connection.place} has a mapping that does not fit the records (${named.join('; ')}${more}): it was made by someone else or by another version: delete or rename the index, or set another prefix`,
    );
  }
}
