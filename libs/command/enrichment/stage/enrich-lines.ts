import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';

/** A line that is no record. */
export interface Refused {
  readonly line: string;
  readonly reason: string;
}

/** NDJSON in, NDJSON out with what `enrich` adds to each record behind its own fields, which stay as they were written, to the letter. */
export function enrichLines(ndjson: string, enrich: (record: TrafficRecord) => void): { lines: string[]; refused: Refused[] } {
  const lines: string[] = [];
  const refused: Refused[] = [];
  for (const line of ndjson.split('\n')) {
    if (line.trim() === '') continue;
    const record = parse(line);
    if (typeof record === 'string') {
      refused.push({ line, reason: record });
      continue;
    }
    const own = Object.keys(record).length;
    enrich(record);
    lines.push(withAdded(line, record, Object.keys(record).slice(own)));
  }
  return { lines, refused };
}

function withAdded(line: string, record: TrafficRecord, added: readonly string[]): string {
  if (added.length === 0) return line;
  const fields = added.map((name) => `${JSON.stringify(name)}:${JSON.stringify(record[name])}`);
  return `${line.slice(0, line.lastIndexOf('}'))},${fields.join(',')}}`;
}

function parse(line: string): TrafficRecord | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return `it is no JSON: ${(error as Error).message}`;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'it is no JSON object';
  for (const field of ['@timestamp', 'event.id', 'event.dataset'])
    if (typeof (value as TrafficRecord)[field] !== 'string') return `it has no ${field}`;
  return value as TrafficRecord;
}
