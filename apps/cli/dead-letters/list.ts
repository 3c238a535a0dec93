import { once } from 'node:events';
import { LetterKinds, type LetterKind } from '@orbweaver/command/dead-letters/kinds.ts';
import type { Letter } from '@orbweaver/command/dead-letters/letter.ts';
import type { KafkaSettings } from '@orbweaver/platform/bus/kafka/settings.ts';
import { withLetters, type LetterOptions } from './letters.ts';

export interface ListOptions extends LetterOptions {
  readonly each?: boolean;
  readonly format: 'table' | 'ndjson';
}

/** What there is, on standard output. */
export async function listLetters(settings: KafkaSettings, options: ListOptions): Promise<void> {
  await withLetters(settings, options, async (boxes) => {
    const rows: (LetterKind & { readonly group: string })[] = [];
    for (const { group, read } of boxes) {
      const kinds = new LetterKinds();
      await read(async (letter, isReplayed) => {
        kinds.add(letter, !isReplayed);
        if (options.each) await print(`${JSON.stringify(shown(group, letter, isReplayed))}\n`);
      });
      rows.push(...kinds.all.map((kind) => ({ group, ...kind })));
    }
    if (options.each) return;
    if (options.format === 'table') return await print(rows.length === 0 ? 'no dead letters\n' : table(rows));
    for (const { first, last, ...row } of rows) await print(`${JSON.stringify({ ...row, first: iso(first), last: iso(last) })}\n`);
  });
}

function shown(group: string, { offset, time, stage, reason, from, value }: Letter, isReplayed: boolean): object {
  return { group, offset, time: iso(time), stage, reason, replayed: isReplayed, from, bytes: value.length, ...content(value) };
}

/** A record as it is; anything else as base64. */
function content(value: Uint8Array): { readonly record: unknown } | { readonly base64: string } {
  try {
    return { record: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(value)) as unknown };
  } catch {
    return { base64: Buffer.from(value).toString('base64') };
  }
}

function table(rows: readonly (LetterKind & { readonly group: string })[]): string {
  const cells = rows.map(({ group, stage, count, waiting, first, last, reason }) => [
    ...[group, stage, String(count), String(waiting)],
    ...[iso(first), iso(last), reason],
  ]);
  const all = [['group', 'stage', 'letters', 'waiting', 'first', 'last', 'reason of the first'], ...cells];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return all.map((row) => `${row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')}`.trimEnd() + '\n').join('');
}

const iso = (time: number) => new Date(time).toISOString();

async function print(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}
