import { appendFile, mkdir, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Catalogue, CatalogueField } from '@orbweaver/query/search/catalogue.ts';
import { maxRecordBytes, maxRejectedBytes } from './settings.ts';
import { refusalOf, wellFormed } from '../validate.ts';

/** Records looked at between two turns of the event loop. */
const slice = 200;
/** UTF-16 code units of a record: never more bytes than `maxRecordBytes`. */
const maxRecordLength = maxRecordBytes / 4;
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

/** Writes the lines of these files whose records fit to `target`, in order; the others go to `rejects`. */
export async function sift(paths: readonly string[], target: string, rejects: Rejects): Promise<void> {
  const output = await open(target, 'w');
  try {
    for (const path of paths) {
      for await (const lines of slices(path)) {
        const refused: { line: string; reason: string }[] = [];
        let kept = '';
        for (const line of lines) {
          const reason = line.length > maxRecordLength ? 'too long' : reasonOf(line, rejects);
          if (reason === undefined) kept += `${wellFormed(line)}\n`;
          else refused.push({ line: line.slice(0, maxRecordLength), reason });
        }
        await output.write(kept);
        if (refused.length > 0) await rejects.keep(refused);
      }
    }
  } finally {
    await output.close();
  }
}

/** The lines of a file that are not blank, some at a time, with a turn of the event loop between. */
async function* slices(path: string): AsyncGenerator<readonly string[]> {
  const file = await open(path);
  let lines: string[] = [];
  for await (const line of file.readLines()) {
    if (line.trim() !== '') lines.push(line);
    if (lines.length < slice) continue;
    yield lines;
    lines = [];
    await setImmediate();
  }
  yield lines;
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
