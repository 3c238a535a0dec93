import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { CaptureParser } from '@orbweaver/packet/pcap/capture-parser.ts';
import { readCapture } from '@orbweaver/packet/pcap/read-capture.ts';
import { openCapture } from '@orbweaver/packet/pcap/source.ts';
import type { ContentSink } from '@orbweaver/protocols/sdk/content.ts';
import { GroupedDissection } from '../dissection/grouped-dissection.ts';
import { Enrichment } from '../enrichment/enrichment.ts';
import type { VendorRegistry } from '../enrichment/mac-vendors/mac-vendors.ts';
import type { Redactor } from '../policies/redactor.ts';
import type { AnalysisJob, AnalysisProgress, AnalysisResult } from './analyst.ts';
import type { Credit } from './credit.ts';
import { RecordBatches } from './record-batches.ts';
import { Span } from './span.ts';

/** Flows that are ended between two looks at the credit. */
const flowsAtATime = 1000;

/** Keeps bodies and payload; what was kept is on disk when `flush` has returned. */
export interface FlushableContent extends ContentSink {
  flush(): void;
  close(): void;
  /** By what became of it. */
  readonly counters: object;
}

export interface AnalysisParts {
  readonly redactor: Redactor;
  readonly credit: Credit;
  readonly content: FlushableContent;
  readonly vendors: VendorRegistry;
  /** Every batch that is posted has to be given back as `credit.taken()`. */
  post(ndjson: Uint8Array): void;
  progress(progress: AnalysisProgress): void;
}

/** Analyses one file in this thread, no faster than its batches are taken. */
export async function analyseFile({ file, capture }: AnalysisJob, parts: AnalysisParts): Promise<AnalysisResult> {
  const { credit, redactor, content } = parts;
  const batches = new RecordBatches(redactor, (ndjson) => {
    // A record never names content that a crash could still take.
    content.flush();
    credit.sent();
    parts.post(ndjson);
  });
  const enrichment = new Enrichment(parts.vendors);
  const emit = (record: TrafficRecord) => {
    enrichment.take(record);
    batches.emit(record);
  };
  const dissection = new GroupedDissection({ emit }, { filePath: capture, content });
  const source = openCapture(file);
  const parser = new CaptureParser();
  const span = new Span();
  const now = (progress: number): AnalysisProgress => ({ progress, packets: parser.frame.number, records: { ...batches.counts } });

  const error = await readCapture(
    source,
    (frame) => {
      span.add(frame);
      dissection.frame(frame);
    },
    () => {
      dissection.flush();
      parts.progress(now(source.size === undefined || source.size === 0 ? 0 : Math.min(0.99, source.position / source.size)));
      return credit.room();
    },
    parser,
  );
  while (!dissection.finish(flowsAtATime)) await credit.room();
  batches.flush();
  content.close();
  await credit.empty();

  const { packets, in_flows, not_ip, refused } = dissection.summary();
  return {
    ...now(1),
    ...span.texts(),
    summary: { packets, in_flows, not_ip, refused, redacted: { ...redactor.counts }, content: { ...content.counters } },
    ...(error === undefined ? {} : { problem: error.message }),
  };
}
