import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { formatSessionEnd } from '@orbweaver/contracts/topics/session-end.ts';
import { decodeToldNames, sessionHeader, tickHeader } from '@orbweaver/contracts/topics/told-names.ts';
import { topics } from '@orbweaver/contracts/topics/topics.ts';
import { openCapture } from '@orbweaver/packet/pcap/source.ts';
import { NamesTold } from '../../partitions/names-told.ts';
import { PartitionAnalysis } from '../../partitions/partition-analysis.ts';
import { analyse, byId, fileSession, route } from '../../partitions/test/through-partitions.ts';
import type { Received } from '../../streaming/bus.ts';
import { Enrichment } from '../enrichment.ts';
import { standingEnrichers } from '../enrichers.ts';
import { KnownNames } from '../stage/known-names.ts';
import { RecordEnricher } from '../stage/record-enricher.ts';

const sample = fileURLToPath(new URL('../../../testing/captures/sample/shop.pcapng.gz', import.meta.url));
const partitions = 3;
const noVendors = { vendorOf: () => undefined };
const session = fileSession('shop.pcapng.gz');
const topic = topics.records.name;

/** Of each partition: for each of its batches, the records and what is told of names. */
async function dissected() {
  const { messages } = await route(openCapture(sample), { partitions, session, batchBytes: 100_000 });
  return messages.map((list, partition) => {
    let names: Uint8Array[] = [];
    let records: TrafficRecord[] = [];
    let tick = 0;
    const told = new NamesTold(partition, (message) => names.push(message));
    const analysis = new PartitionAnalysis(
      {
        emit(record, of) {
          told.record(record, of);
          records.push(record);
          ({ tick } = of);
        },
      },
      { reached: (name, isReplayable, reached) => told.reached(name, isReplayable, reached) },
    );
    return list.map((message, offset) => {
      [names, records] = [[], []];
      analysis.take(offset, 0, message);
      told.flush();
      const headers = { [sessionHeader]: formatSessionEnd(session), [tickHeader]: String(tick) };
      return { names, value: Buffer.from(records.map((record) => JSON.stringify(record)).join('\n')), headers };
    });
  });
}

/** An enricher that knows nothing yet but where to begin. */
async function start(from: readonly number[], out: TrafficRecord[], committed: number[]) {
  const names = new KnownNames(partitions);
  const enricher = new RecordEnricher(
    { waitingBytes: Infinity, patience: Infinity },
    {
      names,
      enrichers: standingEnrichers(noVendors),
      producer: {
        send: (_to, messages) => {
          for (const { value } of messages)
            for (const line of Buffer.from(value).toString().split('\n')) if (line !== '') out.push(JSON.parse(line) as TrafficRecord);
          return Promise.resolve();
        },
      },
      consumer: {
        commit: ({ partition }, offset) => Promise.resolve(void (committed[partition] = offset)),
        pause: () => undefined,
        resume: () => undefined,
      },
      tracing: { handle: (_headers, work) => work(), headers: () => undefined },
      namesProblem: () => undefined,
      now: () => 0,
    },
  );
  for (let partition = 0; partition < partitions; partition++) await enricher.assigned({ topic, partition }, from[partition]!);
  return { names, enricher, namesRead: 0 };
}

/** Every partition at its own pace, batches told twice, enrichers killed at any moment: what comes out in the end. */
async function throughEnrichers(source: Awaited<ReturnType<typeof dissected>>, random: () => number): Promise<TrafficRecord[]> {
  const logs = source.map((): Received[] => []);
  const namesLog: Uint8Array[] = [];
  const done = source.map(() => 0);
  const committed = source.map(() => 0);
  const out: TrafficRecord[] = [];
  let process = await start(committed, out, committed);
  const read = [...committed];
  const pick = (below: number) => Math.floor(random() * below);
  for (let idle = 0; idle < 60;) {
    const partition = pick(partitions);
    const action = random();
    idle++;
    if (action < 0.4 && done[partition]! < source[partition]!.length) {
      // A dissector tells one more batch, or begins again a little further back.
      if (random() < 0.1) done[partition] = Math.max(0, done[partition]! - 3);
      const { names, value, headers } = source[partition]![done[partition]!++]!;
      const log = logs[partition]!;
      if (value.length > 0) log.push({ offset: log.length, value, headers, timestamp: 0 });
      namesLog.push(...names);
      idle = 0;
    } else if (action < 0.65 && read[partition]! < logs[partition]!.length) {
      const log = logs[partition]!;
      const messages = log.slice(read[partition], read[partition]! + 1 + pick(3));
      read[partition] = read[partition]! + messages.length;
      await process.enricher.batch({ topic, partition, messages, end: log.length }, { isLost: false, handled: () => undefined });
      idle = 0;
    } else if (action < 0.9 && process.namesRead < namesLog.length) {
      for (const told of decodeToldNames(namesLog[process.namesRead++]!)!) process.names.told(told);
      process.enricher.pump();
      idle = 0;
    } else if (action < 0.95) {
      await new Promise(setImmediate);
      await process.enricher.commit();
    } else if (action < 0.97) {
      process = await start(committed, out, committed);
      read.splice(0, partitions, ...committed);
      idle = 0;
    }
  }
  for (let i = 0; i < 50; i++) await new Promise(setImmediate);
  return out;
}

test('records_are_those_of_one_process_whatever_comes_when_and_whoever_dies', async () => {
  const enrichment = new Enrichment(noVendors);
  const whole = (await analyse(openCapture(sample), 'shop.pcapng.gz')).filter((record) => enrichment.take(record));
  const expected = byId(whole);
  expect(whole.filter((record) => 'destination.domain' in record).length).toBeGreaterThan(500);
  const source = await dissected();
  for (let seed = 1; seed <= 4; seed++) {
    const out = await throughEnrichers(source, generator(seed));
    // Not only the last one of an id: whoever looks in between sees nothing else.
    for (const record of out) {
      const [[id, text]] = [...byId([record])] as [[string, string]];
      expect(text, `seed ${seed}`).toBe(expected.get(id));
    }
    expect(byId(out).size, `seed ${seed}`).toBe(expected.size);
  }
});

/** Lehmer's, from 0 to 1. */
function generator(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}
