import { appendFile, mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Catalogue, CatalogueField } from '@orbweaver/query/search/catalogue.ts';
import { maxRecordBytes, maxRejectedBytes } from './settings.ts';
import { refusalOf } from '../validate.ts';

/** Records looked at between two turns of the event loop. */
const slice = 500;
/** Different reasons that are counted by themselves. */
const maxReasons = 100;

/** Records that do not fit their schema: counted by reason, and kept as they came up to a bound. */
export class Rejects {
  readonly counts: Record<string, number> = {};
  readonly fieldsOf: (dataset: string) => readonly CatalogueField[] | undefined;
  readonly #folder: string;

  constructor(root: string, catalogue: Catalogue) {
    this.#folder = join(root, 'rejected');
    const fields = new Map([...catalogue.datasets.keys()].map((dataset) => [dataset, catalogue.fieldsOf([dataset])]));
    this.fieldsOf = (dataset) => fields.get(dataset);
  }

  async keep(lines: readonly { readonly line: string; readonly reason: string }[]): Promise<void> {
    for (const { reason } of lines) {
      const counted = reason in this.counts || Object.keys(this.counts).length < maxReasons ? reason : 'other';
      this.counts[counted] = (this.counts[counted] ?? 0) + 1;
    }
    await mkdir(this.#folder, { recursive: true });
    const path = join(this.#folder, 'rejected.ndjson');
    const size = (await stat(path).catch(() => undefined))?.size ?? 0;
    const text = lines.map(({ line, reason }) => `${JSON.stringify({ reason, record: line })}\n`).join('');
    if (size + text.length <= maxRejectedBytes) await appendFile(path, text);
  }
}

/** The lines of these files whose records fit, in order; the others go to `rejects`. */
export async function sift(paths: readonly string[], rejects: Rejects): Promise<string> {
  const kept: string[] = [];
  const refused: { line: string; reason: string }[] = [];
  let seen = 0;
  for (const path of paths) {
    for (const line of (await readFile(path, 'utf8')).split('\n')) {
      if (line.trim() === '') continue;
      const reason = line.length > maxRecordBytes / 4 ? 'too long' : reasonOf(line, rejects);
      if (reason === undefined) kept.push(line);
      else refused.push({ line: line.slice(0, maxRecordBytes / 4), reason });
      if (++seen % slice === 0) await setImmediate();
    }
  }
  if (refused.length > 0) await rejects.keep(refused);
  return kept.join('\n');
}

function reasonOf(line: string, rejects: Rejects): string | undefined {
  let record: unknown;
  try {
    record = JSON.parse(line);
  } catch {
    return 'not JSON';
  }
  return refusalOf(record, rejects.fieldsOf);
}
