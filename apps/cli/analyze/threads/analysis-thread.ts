import { parentPort, workerData } from 'node:worker_threads';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { Enrichment } from '@orbweaver/command/enrichment/enrichment.ts';
import { nameAnswers } from '@orbweaver/command/enrichment/names/answers.ts';
import { FrameList } from '@orbweaver/command/partitions/frame-list.ts';
import { PartitionDissector, comparePlaces, type Place, type PlacedRecord } from '@orbweaver/command/partitions/partition-dissector.ts';
import { IeeeRegistry } from '@orbweaver/platform/mac-vendors/ieee-registry.ts';
import { LineBatch } from './line-batch.ts';
import { answersUnderWay, placeCount, type Answer, type ThreadInput, type ToThread } from './messages.ts';
import { NamesExchange, type FoundName } from './names-exchange.ts';

/** Flows that are ended for one answer. */
const flowsAtATime = 2048;

/** What was read of the capture, and waits until the others have told which names they have found in it. */
interface Waiting {
  readonly records: readonly PlacedRecord[];
  /** Where the piece lies; undefined for what comes when the capture has ended, before flows end with it. */
  readonly place: number | undefined;
}

const port = parentPort;
if (port === null) throw new Error('this is a thread of an analysis: it is started by one');
const { thread, threads, places, others, options } = workerData as ThreadInput;
/** Lines of the pieces under way, then those of the answers to the end, each in turn. */
const batches = Array.from({ length: placeCount + answersUnderWay }, () => new LineBatch());
const enrichment = new Enrichment(new IeeeRegistry(), options.records);
/** What the piece at hand has brought. */
let records: PlacedRecord[] = [];
let found: FoundName[] = [];
/** The first one first. */
const waiting: Waiting[] = [];
const exchange = new NamesExchange(others, answerPieces);
const needed = Enrichment.needed(options.records);
const dissector = new PartitionDissector(thread, threads, { emit: take }, needed === undefined ? options : { ...options, records: needed });
const lists = places.map((memory) => new FrameList(memory));
let isDone = false;
let underWay = 0;
/** Answers to the end with lines in them. */
let endings = 0;

port.on('message', (message: ToThread) => {
  if (message.kind === 'piece') {
    const list = lists[message.place]!;
    list.count = message.frames;
    dissector.take(list);
    wait(message.place);
  } else if (message.kind === 'end') {
    dissector.finish(0);
    wait(undefined);
  } else {
    underWay--;
    finishSome();
  }
});

function take(record: TrafficRecord, place: Place): void {
  records.push({ record, place });
  for (const answer of nameAnswers(record)) found.push({ answer, place });
}

/** What was taken goes on once the others have told their names, too. */
function wait(place: number | undefined): void {
  exchange.tell(found);
  waiting.push({ records, place });
  records = [];
  found = [];
  answerPieces();
}

function answerPieces(): void {
  while (waiting.length > 0) {
    const heard = exchange.take();
    if (heard === undefined) return;
    const { records, place } = waiting.shift()!;
    if (place !== undefined) {
      answer(place, records, heard);
      continue;
    }
    answerEnd(records, heard);
    finishSome();
  }
}

function finishSome(): void {
  while (!isDone && underWay < answersUnderWay) {
    isDone = dissector.finish(flowsAtATime);
    answerEnd(records, found);
    records = [];
    found = [];
  }
  if (!isDone) return;
  exchange.close();
  port!.close();
}

function answerEnd(records: readonly PlacedRecord[], heard: readonly FoundName[]): void {
  underWay++;
  if (answer(placeCount + (endings % answersUnderWay), records, heard) > 0) endings++;
}

/** Gives out records, each with the names that were known by then; returns how many lines they are. */
function answer(place: number, records: readonly PlacedRecord[], heard: readonly FoundName[]): number {
  const batch = batches[place]!;
  batch.clear();
  let next = 0;
  for (const { record, place } of records) {
    while (next < heard.length && comparePlaces(heard[next]!.place, place) <= 0) enrichment.hear(heard[next++]!.answer);
    if (enrichment.enrich(record)) batch.add(JSON.stringify(record), place);
  }
  while (next < heard.length) enrichment.hear(heard[next++]!.answer);
  const message: Answer = { lines: batch.count, place, room: batch.takeRoom(), ...(isDone ? { summary: dissector.summary() } : {}) };
  port!.postMessage(message);
  return batch.count;
}
