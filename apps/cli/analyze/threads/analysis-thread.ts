import { parentPort, workerData } from 'node:worker_threads';
import { Enrichment } from '@orbweaver/command/enrichment/enrichment.ts';
import { PartitionDissector, type PlacedSink } from '@orbweaver/command/partitions/partition-dissector.ts';
import { CaptureParser } from '@orbweaver/packet/pcap/capture-parser.ts';
import type { Frame } from '@orbweaver/packet/pcap/frame.ts';
import { IeeeRegistry } from '@orbweaver/platform/mac-vendors/ieee-registry.ts';
import { LineBatch } from './line-batch.ts';
import { answersUnderWay, type Answer, type ThreadInput, type ThreadResult, type ToThread } from './messages.ts';

/** Flows that are ended for one answer. */
const flowsAtATime = 2048;

const port = parentPort;
if (port === null) throw new Error('this is a thread of an analysis: it is started by one');
const { thread, threads, places, options } = workerData as ThreadInput;
const batch = new LineBatch();
const enrichment = new Enrichment(new IeeeRegistry(), options.records);
const sink: PlacedSink = {
  emit(record, place) {
    if (enrichment.take(record)) batch.add(JSON.stringify(record), place);
  },
};
const records = Enrichment.needed(options.records);
// Names come from answers in all partitions: each thread hears those of the others in their places.
const dissector = new PartitionDissector(thread, threads, sink, records === undefined ? options : { ...options, records }, {
  emit: (record) => enrichment.hear(record),
});
const parser = new CaptureParser();
const take = (frame: Frame): void => {
  dissector.frameIndex++;
  dissector.frame(frame);
};
let isWhole = true;
let isDone = false;
let underWay = 0;

port.on('message', (message: ToThread) => {
  if (message.kind === 'piece') {
    dissector.frameIndex = 0;
    parser.feed(places[message.place]!.subarray(0, message.length), take);
    answer();
  } else {
    if (message.kind === 'taken') underWay--;
    else ({ isWhole } = message);
    while (!isDone && underWay < answersUnderWay) finishSome();
  }
});

function finishSome(): void {
  underWay++;
  isDone = dissector.finish(flowsAtATime);
  answer(isDone ? { summary: dissector.summary(), problem: isWhole ? parser.finish()?.message : undefined } : undefined);
  if (isDone) port!.close();
}

function answer(result?: ThreadResult): void {
  const lines = batch.take();
  const message: Answer = { lines, isStuck: parser.error !== undefined, ...(result === undefined ? {} : { result }) };
  const buffers = lines.count === 0 ? [] : [lines.bytes.buffer, lines.ends.buffer, lines.places.buffer];
  port!.postMessage(message, buffers as ArrayBuffer[]);
}
