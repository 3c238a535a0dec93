import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FieldValue, TrafficRecord } from '@orbweaver/contracts/records/record.ts';

/** The one switch: writes the goldens anew. The diff is the review. */
export const updatesGoldens = process.env['UPDATE_GOLDENS'] === '1';

/** One record a line, its fields in alphabetical order: the same records are the same text. */
export function canonicalLines(records: readonly TrafficRecord[]): string {
  return records.map((record) => `${JSON.stringify(sorted(record))}\n`).join('');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value as Record<string, FieldValue>).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]));
}

/** The golden's records, or what is wrong with it. With the switch the golden is written first. */
export function readGolden(folder: string, fixture: string, actual: string, updates = updatesGoldens): string {
  const file = goldenOf(folder, fixture);
  if (updates) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, actual);
  }
  if (!existsSync(file)) throw new Error(`${file} is missing; UPDATE_GOLDENS=1 writes it, and its diff is the review`);
  return readFileSync(file, 'utf8');
}

/** Goldens whose fixture is gone. With the switch they are deleted. */
export function unusedGoldens(folder: string, fixtures: readonly string[], updates = updatesGoldens): string[] {
  const used = new Set(fixtures.map((fixture) => goldenOf(folder, fixture)));
  const unused = existsSync(folder) ? readdirSync(folder).filter((name) => !used.has(join(folder, name))) : [];
  if (!updates) return unused;
  for (const name of unused) rmSync(join(folder, name));
  return [];
}

const goldenOf = (folder: string, fixture: string): string => join(folder, `${fixture.replace(/\.pcap(ng)?$/, '')}.ndjson`);
