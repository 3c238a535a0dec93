import { parentPort, workerData } from 'node:worker_threads';
import { Enrichment } from '@orbweaver/command/enrichment/enrichment.ts';
import { PartitionDissector, type PlacedSink } from '@orbweaver/command/partitions/partition-dissector.ts';
import { CaptureParser } from '@orbweaver/packet/pcap/capture-parser.ts';
import type { Frame } from '@orbweaver/packet/pcap/frame.ts';
import { IeeeRegistry } from '@orbweaver/platform/mac-vendors/ieee-registry.ts';
import { LineBatch } from './line-batch.ts';
import { answersUnderWay, placeCount, type Answer, type ThreadInput, type ThreadResult, type ToThread } from './messages.ts';

/** Flows that are ended for one answer. */
const flowsAtATime = 2048;

const port = parentPort;
if (port === null) throw new Error('this is a thread of an analysis: it is started by one');
const { thread, threads, places, options } = workerData as ThreadInput;
/** Lines of the pieces under way, then those of the answers to the end, each in turn. */
const batches = Array.from({ length: placeCount + answersUnderWay }, () => new LineBatch());
let batch = batches[0]!;
let place = 0;
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
const take = (frame: Frame): void => dissector.frame(frame);
let isWhole = true;
let isDone = false;
let underWay = 0;
/** Answers to the end with lines in them. */
let endings = 0;

port.on('message', (message: ToThread) => {
  if (message.kind === 'piece') {
    begin(message.place);
    dissector.countAnew();
    parser.feed(places[message.place]!.subarray(0, message.length), take);
    dissector.flush();
    answer();
  } else {
    if (message.kind === 'taken') underWay--;
    else ({ isWhole } = message);
    while (!isDone && underWay < answersUnderWay) finishSome();
  }
});

function finishSome(): void {
  underWay++;
  begin(placeCount + (endings % answersUnderWay));
  isDone = dissector.finish(flowsAtATime);
  if (batch.count > 0) endings++;
  answer(isDone ? { summary: dissector.summary(), problem: isWhole ? parser.finish()?.message : undefined } : undefined);
  if (isDone) port!.close();
}

function begin(next: number): void {
  place = next;
  batch = batches[place]!;
  batch.clear();
}

function answer(result?: ThreadResult): void {
  const isStuck = parser.error !== undefined;
  const message: Answer = { lines: batch.count, place, room: batch.takeRoom(), isStuck, ...(result === undefined ? {} : { result }) };
  port!.postMessage(message);
}
