import { Enrichment } from '@orbweaver/command/enrichment/enrichment.ts';
import { IeeeRegistry } from '@orbweaver/platform/mac-vendors/ieee-registry.ts';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { GroupedDissection } from '@orbweaver/command/dissection/grouped-dissection.ts';
import type { DissectionOptions } from '@orbweaver/command/dissection/options.ts';
import { addSummary, emptySummary, type DissectionSummary } from '@orbweaver/command/dissection/summary.ts';
import { readCapture } from '@orbweaver/packet/pcap/read-capture.ts';
import { openCapture, type CaptureSource } from '@orbweaver/packet/pcap/source.ts';
import { ExitCode } from '../exit-code.ts';
import type { AnalyzeIo, AnalyzeOptions } from './options.ts';
import { Progress } from './progress.ts';
import { summaryText } from './summary-text.ts';
import { threadsBeside } from './threads/thread-count.ts';
import { ThreadedAnalysis } from './threads/threaded-analysis.ts';

/** Flows that are ended between two looks at the clock. */
const finishBatch = 2048;

/** For all files: what one needs of it is read once. */
const registry = new IeeeRegistry();

/**
 * Prints the records of each capture (`-` is standard input) and then a summary; returns the exit status: 0, or 1 if a file could not be read to its end. What was
 * read of it is printed all the same, and the others are read too. Ends early and quietly once nobody reads the records.
 */
export async function analyze(files: readonly string[], options: AnalyzeOptions, io: AnalyzeIo): Promise<number> {
  const sum = emptySummary();
  let status: number = ExitCode.ok;
  for (const file of files) {
    const { summary, problem, isRead } = await analyzeFile(file, options, io);
    addSummary(sum, summary);
    if (problem !== undefined) {
      status = ExitCode.failed;
      io.error.write(`orbweaver analyze: ${file === '-' ? 'standard input' : file}: ${problem}\n`);
    }
    if (!isRead) return status;
  }
  if (!io.out.flush()) return status;
  if (options.summary === 'json') io.error.write(`${JSON.stringify({ summary: sum })}\n`);
  else if (options.summary !== 'none') io.error.write(summaryText(sum));
  return status;
}

interface FileResult {
  readonly summary: DissectionSummary;
  /** Why the file was not read to its end. */
  readonly problem: string | undefined;
  /** False once nobody reads the records. */
  readonly isRead: boolean;
}

async function analyzeFile(file: string, options: AnalyzeOptions, io: AnalyzeIo): Promise<FileResult> {
  const threads = threadsBeside(file, options);
  const source = openCapture(file, { mayBlock: true });
  const progress = new Progress(io.error, file, source);
  try {
    return await (threads > 0 ? analyzeInThreads : analyzeHere)(source, progress, dissectionOptions(file, options), io, threads);
  } finally {
    progress.clear();
  }
}

async function analyzeHere(source: CaptureSource, progress: Progress, options: DissectionOptions, io: AnalyzeIo): Promise<FileResult> {
  let isRead = true;
  let records = 0;
  const enrichment = new Enrichment(registry, options.records);
  const sink = {
    emit(record: TrafficRecord): void {
      if (!enrichment.take(record)) return;
      records++;
      if (isRead) isRead = io.out.write(JSON.stringify(record));
    },
  };
  const dissection = new GroupedDissection(sink, withNames(options));
  const error = await readCapture(
    source,
    (frame) => dissection.frame(frame),
    () => {
      dissection.flush();
      progress.update(records);
      if (!isRead) throw new NobodyReads();
      return undefined;
    },
  ).catch((error: unknown) => {
    if (error instanceof NobodyReads) return undefined;
    throw error;
  });
  while (isRead && !dissection.finish(finishBatch)) progress.update(records);
  return { summary: dissection.summary(), problem: error?.message, isRead };
}

async function analyzeInThreads(
  source: CaptureSource,
  progress: Progress,
  options: DissectionOptions,
  io: AnalyzeIo,
  threads: number,
): Promise<FileResult> {
  const analysis = new ThreadedAnalysis(threads, options, (bytes, start, end) => io.out.writeLines(bytes, start, end));
  const result = await analysis.run(source, () => progress.update(analysis.records));
  return { ...result, isRead: analysis.isRead };
}

/** The dissection gives what names are taken from, too. */
function withNames(options: DissectionOptions): DissectionOptions {
  const records = Enrichment.needed(options.records);
  return records === undefined ? options : { ...options, records };
}

class NobodyReads extends Error {}

function dissectionOptions(file: string, options: AnalyzeOptions): DissectionOptions {
  return {
    filePath: file,
    verifyChecksums: options.checksums === 'verify',
    flowKeyVlan: options.flowKey === 'vlan',
    hashes: options.hashes ?? true,
    ...(options.records === undefined ? {} : { records: new Set(options.records) }),
    ...(options.maxFlows === undefined ? {} : { flowLimit: options.maxFlows }),
    ...(options.maxConversations === undefined ? {} : { conversationLimit: options.maxConversations }),
    ...(options.maxWaiting === undefined ? {} : { reassemblyLimit: options.maxWaiting }),
    ...(options.observer === undefined ? {} : { observer: options.observer }),
    ...(options.content === undefined ? {} : { content: options.content(file) }),
  };
}
