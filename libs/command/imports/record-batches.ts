import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import type { RecordSink } from '../dissection/options.ts';
import type { Redactor } from '../policies/redactor.ts';

/** UTF-16 code units of a batch after which it goes out. */
const batchLength = 1024 * 1024;

/** Takes records as the dissection makes them, without their secrets, and hands them on as NDJSON in batches. */
export class RecordBatches implements RecordSink {
  /** Records taken so far, by dataset. */
  readonly counts: Record<string, number> = {};
  private lines: string[] = [];
  private length = 0;
  private readonly redactor: Pick<Redactor, 'redact'>;
  private readonly post: (ndjson: Uint8Array) => void;
  private readonly encoder = new TextEncoder();

  constructor(redactor: Pick<Redactor, 'redact'>, post: (ndjson: Uint8Array) => void) {
    this.redactor = redactor;
    this.post = post;
  }

  emit(record: TrafficRecord): void {
    const line = JSON.stringify(this.redactor.redact(record));
    const dataset = record['event.dataset'];
    this.counts[dataset] = (this.counts[dataset] ?? 0) + 1;
    this.lines.push(line);
    this.length += line.length + 1;
    if (this.length >= batchLength) this.flush();
  }

  /** Hands on what is there. */
  flush(): void {
    if (this.lines.length === 0) return;
    const ndjson = this.encoder.encode(`${this.lines.join('\n')}\n`);
    this.lines = [];
    this.length = 0;
    this.post(ndjson);
  }
}
