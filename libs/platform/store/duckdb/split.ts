import { open } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { fits64Bits } from '../packet-times.ts';

/** Bytes of records looked at between two turns of the event loop. */
const chunkBytes = 2 * 2 ** 20;
const newline = 0x0a;
const quote = 0x22;
const backslash = 0x5c;
/** How a record begins as the dissection writes it; one in another order of fields is parsed. */
const timeHead = Buffer.from('{"@timestamp":"');
const idHead = Buffer.from(',"event.id":"');
const datasetHead = Buffer.from(',"event.dataset":"');
const hourMillis = 3_600_000;
export const hourNanos = 3_600_000_000_000n;
/** Bytes of `2026-01-02T03`, which tell the hour. */
const hourLength = 13;

/** The lines of one dataset and one hour, in the order in which they came. */
export interface Part {
  readonly dataset: string;
  /** Hours since 1970. */
  readonly hour: number;
  /** Runs of whole lines, each ended by a newline. */
  readonly runs: Uint8Array[];
}

/** Sorts the lines of files by dataset and hour; undefined if there is one whose dataset or time cannot be told, or whose dataset is not `known`. */
export async function split(paths: readonly string[], known: ReadonlySet<string>): Promise<Part[] | undefined> {
  const parts = new Map<string, Part>();
  for (const path of paths) {
    for await (const lines of chunks(path)) {
      if (!sort(lines, known, parts)) return undefined;
      await setImmediate();
    }
  }
  return [...parts.values()];
}

/** A file in pieces of whole lines, each in memory of its own. */
async function* chunks(path: string): AsyncGenerator<Buffer> {
  const file = await open(path);
  try {
    let rest = Buffer.alloc(0);
    for (;;) {
      const chunk = Buffer.allocUnsafe(rest.length + chunkBytes);
      rest.copy(chunk);
      const { bytesRead } = await file.read(chunk, rest.length, chunkBytes);
      const filled = chunk.subarray(0, rest.length + bytesRead);
      if (bytesRead === 0) {
        if (filled.length > 0) yield Buffer.concat([filled, Buffer.of(newline)]);
        return;
      }
      const end = filled.lastIndexOf(newline) + 1;
      if (end > 0) yield filled.subarray(0, end);
      rest = filled.subarray(end);
    }
  } finally {
    await file.close();
  }
}

function sort(lines: Buffer, known: ReadonlySet<string>, parts: Map<string, Part>): boolean {
  let runKey = '';
  let runStart = 0;
  let start = 0;
  while (start < lines.length) {
    const end = lines.indexOf(newline, start) + 1;
    const key = keyOf(lines, start, end);
    if (key === undefined) return false;
    if (key !== runKey) {
      if (runKey !== '') parts.get(runKey)!.runs.push(lines.subarray(runStart, start));
      if (key !== '' && !parts.has(key)) {
        const part = toPart(key);
        if (part === undefined || !known.has(part.dataset)) return false;
        parts.set(key, part);
      }
      runKey = key;
      runStart = start;
    }
    start = end;
  }
  if (runKey !== '') parts.get(runKey)!.runs.push(lines.subarray(runStart, start));
  return true;
}

/** The hour as text, then the dataset; empty for a line without a record, undefined if it cannot be told. */
function keyOf(lines: Buffer, start: number, end: number): string | undefined {
  const time = start + timeHead.length;
  if (startsWith(lines, start, timeHead)) {
    const timeEnd = textEnd(lines, time, end);
    if (timeEnd >= time + hourLength && startsWith(lines, timeEnd + 1, idHead)) {
      const idEnd = textEnd(lines, timeEnd + 1 + idHead.length, end);
      const dataset = idEnd + 1 + datasetHead.length;
      if (idEnd > 0 && startsWith(lines, idEnd + 1, datasetHead)) {
        const datasetEnd = textEnd(lines, dataset, end);
        if (datasetEnd > 0) return lines.toString('latin1', time, time + hourLength) + lines.toString('latin1', dataset, datasetEnd);
      }
    }
  }
  return parsedKey(lines.toString('utf8', start, end));
}

function parsedKey(line: string): string | undefined {
  if (line.trim() === '') return '';
  try {
    const record: unknown = JSON.parse(line);
    const { '@timestamp': time, 'event.dataset': dataset, 'event.id': id } = record as Readonly<Record<string, unknown>>;
    return typeof time === 'string' && typeof dataset === 'string' && typeof id === 'string'
      ? time.slice(0, hourLength) + dataset
      : undefined;
  } catch {
    return undefined;
  }
}

function toPart(key: string): Part | undefined {
  const hour = Math.floor(Date.parse(`${key.slice(0, hourLength)}:00:00Z`) / hourMillis);
  const isStorable = !Number.isNaN(hour) && (fits64Bits(BigInt(hour) * hourNanos) || fits64Bits(BigInt(hour + 1) * hourNanos));
  return isStorable ? { dataset: key.slice(hourLength), hour, runs: [] } : undefined;
}

function startsWith(lines: Buffer, at: number, head: Buffer): boolean {
  for (let index = 0; index < head.length; index++) if (lines[at + index] !== head[index]) return false;
  return true;
}

/** Where the quote is that ends a text without escapes; -1 if there is none. */
function textEnd(lines: Buffer, at: number, end: number): number {
  for (let index = at; index < end; index++) {
    if (lines[index] === quote) return index;
    if (lines[index] === backslash) return -1;
  }
  return -1;
}
