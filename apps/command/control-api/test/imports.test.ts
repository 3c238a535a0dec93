import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AnalysisResult, AnalysisSink, Analyst } from '@orbweaver/command/imports/analyst.ts';
import { CaptureFiles } from '@orbweaver/command/imports/capture-files.ts';
import { Imports, maxReceiving, type ImportParts } from '@orbweaver/command/imports/imports.ts';
import { StoreUnavailable } from '@orbweaver/command/indexing/writer.ts';
import { MemoryContent } from '@orbweaver/platform/content/memory-content.ts';
import { openControlState, type DatabaseSync } from '@orbweaver/platform/control/sqlite.ts';
import { MemoryStore } from '@orbweaver/platform/store/memory/memory-store.ts';
import { datasets } from '@orbweaver/protocols/registry/registry.ts';
import { SqliteCaptureTable } from '../adapters/sqlite-capture-table.ts';

let folder: string;
let control: DatabaseSync;
let parts: ImportParts;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orbweaver-test-'));
  control = openControlState(':memory:');
  parts = {
    table: new SqliteCaptureTable(control),
    files: new CaptureFiles(folder),
    analyst: analystThat(() => Promise.resolve(nothing)),
    writer: new MemoryStore(datasets.map(({ schema }) => schema)),
    content: new MemoryContent({ segment: 'test', policy: { bodies: { keep: 'off' }, payload: { keep: 'off' } }, limit: 0 }),
    uploadLimit: 1e6,
    clock: () => Date.UTC(2026, 0, 2),
  };
});
afterEach(async () => {
  control.close();
  await rm(folder, { recursive: true, force: true });
});

const nothing: AnalysisResult = { progress: 1, packets: 1, records: {}, summary: { packets: 1, in_flows: 0, not_ip: 1, refused: {} } };
const analystThat = (work: (sink: AnalysisSink, signal: AbortSignal) => Promise<AnalysisResult>): Analyst => ({
  analyse: (_job, sink, signal) => work(sink, signal),
});
const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
  });

/** The header of a capture without packets, different for each `n`. */
async function* emptyCapture(n = 0): AsyncGenerator<Uint8Array> {
  await setImmediate();
  yield Buffer.from(`d4c3b2a102000400${n.toString(16).padStart(16, '0')}ffff000001000000`, 'hex');
}

test('captures_are_analysed_one_at_a_time_in_the_order_in_which_they_came', async () => {
  const order: string[] = [];
  const analyst: Analyst = {
    async analyse({ capture }) {
      order.push(`${capture} begins`);
      await setImmediate();
      order.push(`${capture} ends`);
      return nothing;
    },
  };
  const imports = new Imports({ ...parts, analyst });
  await imports.receive('a.pcap', 'joe', emptyCapture(1));
  await imports.receive('b.pcap', 'joe', emptyCapture(2));
  await imports.idle();
  expect(order).toEqual(['a.pcap begins', 'a.pcap ends', 'b.pcap begins', 'b.pcap ends']);
  expect(imports.list().map(({ name, state }) => [name, state])).toEqual([
    ['b.pcap', 'done'],
    ['a.pcap', 'done'],
  ]);
});

test('an_analysis_that_fails_says_why_and_the_next_goes_on', async () => {
  let calls = 0;
  const analyst = analystThat(() => (calls++ === 0 ? Promise.reject(new Error('the thread ended')) : Promise.resolve(nothing)));
  const imports = new Imports({ ...parts, analyst });
  const first = await imports.receive('a.pcap', 'joe', emptyCapture(1));
  const second = await imports.receive('b.pcap', 'joe', emptyCapture(2));
  await imports.idle();
  expect(imports.get(first.id)).toMatchObject({ state: 'failed', message: 'the thread ended' });
  expect(imports.get(second.id)).toMatchObject({ state: 'done' });
});

test('a_store_that_takes_nothing_more_fails_the_capture_with_its_words', async () => {
  const full = Object.create(parts.writer, {
    append: { value: () => Promise.reject(new StoreUnavailable('/data is full: 0 bytes are free')) },
  }) as ImportParts['writer'];
  const analyst = analystThat(async (sink) => {
    await sink.batch(new Uint8Array(0));
    return nothing;
  });
  const imports = new Imports({ ...parts, analyst, writer: full });
  const { id } = await imports.receive('a.pcap', 'joe', emptyCapture());
  await imports.idle();
  expect(imports.get(id)).toMatchObject({ state: 'failed', message: '/data is full: 0 bytes are free' });
});

test('what_was_in_work_when_the_process_stopped_is_taken_up_again', async () => {
  const first = new Imports({ ...parts, analyst: analystThat((_sink, signal) => untilAborted(signal)) });
  const { id } = await first.receive('a.pcap', 'joe', emptyCapture());
  await first.stop();
  expect(parts.table.get(id)?.state).toBe('analysing');
  const second = new Imports(parts);
  await second.start();
  await second.idle();
  expect(second.get(id)?.state).toBe('done');
});

test('what_was_in_work_waits_for_a_store_that_is_away_when_the_process_starts_again', async () => {
  const first = new Imports({ ...parts, analyst: analystThat((_sink, signal) => untilAborted(signal)) });
  const { id } = await first.receive('a.pcap', 'joe', emptyCapture());
  await first.stop();
  let calls = 0;
  const deleteCapture = () => (calls++ === 0 ? Promise.reject(new StoreUnavailable('Elasticsearch does not answer')) : Promise.resolve());
  const second = new Imports({ ...parts, content: { deleteCapture } });
  await second.start();
  expect(second.get(id)?.state).toBe('analysing');
  await second.idle();
  expect([second.get(id)?.state, calls]).toEqual(['done', 2]);
});

test('a_capture_can_be_deleted_while_it_is_analysed', async () => {
  const imports = new Imports({ ...parts, analyst: analystThat((_sink, signal) => untilAborted(signal)) });
  const { id } = await imports.receive('a.pcap', 'joe', emptyCapture());
  expect(await imports.remove(id)).toBe(true);
  expect(imports.list()).toEqual([]);
  expect(await readdir(folder)).toEqual([]);
});

test('no_more_captures_come_in_side_by_side_than_allowed', async () => {
  const imports = new Imports(parts);
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  async function* slow(n: number) {
    await opened;
    yield* emptyCapture(n);
  }
  const coming = Array.from({ length: maxReceiving }, (_, n) => imports.receive('a.pcap', 'joe', slow(n)));
  await expect(imports.receive('b.pcap', 'joe', emptyCapture(99))).rejects.toMatchObject({ problem: 'busy' });
  open();
  expect((await Promise.all(coming)).map(({ name }) => name)).toContain(`a (${String(maxReceiving)}).pcap`);
  await imports.idle();
});

test('files_that_a_crash_left_are_tidied_away', async () => {
  await parts.files.receive('11111111-0000-0000-0000-000000000000', emptyCapture(), 1e6);
  const imports = new Imports(parts);
  await imports.start();
  expect(await readdir(folder)).toEqual([]);
});
