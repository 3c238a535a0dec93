import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { FlatRecord } from '@orbweaver/contracts/http/search.ts';

export type Format = 'table' | 'ndjson' | 'csv';

export interface Printer {
  page(records: readonly FlatRecord[]): Promise<void>;
  end(): void;
}

/** Prints records to `out`, waiting where a pipe is slow. `columns` say which fields (a table, CSV). */
export function printer(format: Format, columns: readonly string[], out: Writable): Printer {
  const widths = columns.map((name) => name.length);
  let first = true;
  return {
    async page(records) {
      let text = '';
      if (format === 'table') for (const record of records) widen(widths, columns, record);
      if (first && format === 'table') text += row(columns, widths);
      if (first && format === 'csv') text += csvRow(columns);
      first = false;
      for (const record of records) {
        if (format === 'ndjson') text += `${JSON.stringify(record)}\n`;
        else if (format === 'csv') text += csvRow(columns.map((name) => show(record[name])));
        else
          text += row(
            columns.map((name) => printable(show(record[name]))),
            widths,
          );
      }
      if (text && !out.write(text)) await once(out, 'drain');
    },
    end() {
      if (first && format === 'table') out.write(row(columns, widths));
    },
  };
}

/** Widest column of a table, in characters; longer values push their row out rather than being cut. */
const widthLimit = 48;

function widen(widths: number[], columns: readonly string[], record: FlatRecord): void {
  columns.forEach((name, i) => {
    widths[i] = Math.min(widthLimit, Math.max(widths[i]!, printable(show(record[name])).length));
  });
}

function row(cells: readonly string[], widths: readonly number[]): string {
  return `${cells
    .map((cell, i) => cell.padEnd(widths[i]!))
    .join('  ')
    .trimEnd()}\n`;
}

function show(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Control characters from the wire must not reach a terminal as they are. */
function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** RFC 4180; a cell that a spreadsheet would take for a formula gets a leading quote. */
function csvRow(cells: readonly string[]): string {
  return `${cells.map((cell) => `"${(/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell).replaceAll('"', '""')}"`).join(',')}\r\n`;
}
