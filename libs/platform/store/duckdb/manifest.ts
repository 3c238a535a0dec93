import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from './durable.ts';

/** What a segment holds of one dataset. Times are nanoseconds since 1970; they may lie further apart than the records after a deletion. */
export interface DatasetPart {
  readonly count: number;
  readonly min: bigint;
  readonly max: bigint;
  /** Columns that have a value in any record, and maybe others; absent where that is not known. */
  readonly filled?: ReadonlySet<string>;
}

export interface Segment {
  /** `2026-01-02`, `2026-01-02T03` or `2026`: also the file's name. */
  readonly name: string;
  /** Fingerprint of the columns that its tables have. */
  readonly columns: string;
  readonly datasets: ReadonlyMap<string, DatasetPart>;
  readonly bytes: number;
  /** Written in one go since the last change, in the order of time. */
  readonly isTidy?: boolean;
}

export interface Manifest {
  readonly width: 'hour' | 'day';
  readonly segments: ReadonlyMap<string, Segment>;
}

const version = 1;
const fileName = 'manifest.json';

/** The list of segments; undefined in a new store. Throws on one that this program cannot read. */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  const path = join(folder, fileName);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const written = JSON.parse(text) as Written;
  if (written.version !== version) throw new Error(`${path} has version ${String(written.version)}; this program reads version ${version}`);
  const segments = written.segments.map(({ name, columns, bytes, datasets, isTidy = false }): [string, Segment] => {
    const parts = datasets.map(([dataset, count, min, max, filled]): [string, DatasetPart] => [
      dataset,
      { count, min: BigInt(min), max: BigInt(max), ...(filled === undefined ? {} : { filled: new Set(filled) }) },
    ]);
    return [name, { name, columns, bytes, isTidy, datasets: new Map(parts) }];
  });
  return { width: written.width, segments: new Map(segments) };
}

export async function writeManifest(folder: string, { width, segments }: Manifest): Promise<void> {
  const written: Written = {
    version,
    width,
    segments: [...segments.values()].map(({ name, columns, bytes, datasets, isTidy }) => ({
      ...{ name, columns, bytes, ...(isTidy ? { isTidy } : {}) },
      datasets: [...datasets].map(([dataset, part]) => writtenPart(dataset, part)),
    })),
  };
  await replaceFile(join(folder, fileName), `${JSON.stringify(written, undefined, 1)}\n`);
}

/** Dataset, count, times, columns with values. */
type WrittenPart = readonly [string, number, string, string] | readonly [string, number, string, string, readonly string[]];

function writtenPart(dataset: string, { count, min, max, filled }: DatasetPart): WrittenPart {
  return filled === undefined ? [dataset, count, String(min), String(max)] : [dataset, count, String(min), String(max), [...filled]];
}

interface Written {
  readonly version: number;
  readonly width: 'hour' | 'day';
  readonly segments: readonly {
    readonly name: string;
    readonly columns: string;
    readonly bytes: number;
    readonly isTidy?: boolean;
    readonly datasets: readonly WrittenPart[];
  }[];
}
