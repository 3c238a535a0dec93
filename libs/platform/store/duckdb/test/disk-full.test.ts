import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, watch, writeSync } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { StoreUnavailable } from '@orbweaver/command/indexing/writer.ts';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { sample, sampleSchemas } from '../../conformance/dataset.ts';
import { openDuckDbStore } from '../open.ts';

/** A disk of this size is mounted for the test: only root may, and only where the kernel lets it. The name of a test that does not run says so. */
const diskBytes = 48 * 2 ** 20;
const disk = mkdtempSync(join(tmpdir(), 'orbweaver-disk-'));
const canMount = mount();

function mount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${diskBytes}`, 'orbweaver-test', disk], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

beforeAll(() => {
  if (!canMount) process.stderr.write('disk-full tests do not run: mounting a small disk needs root on Linux and the right to mount\n');
});

afterAll(() => {
  if (canMount) execFileSync('umount', [disk]);
  rmSync(disk, { recursive: true, force: true });
});

it.runIf(canMount)('a_full_disk_is_named_loses_nothing_acknowledged_and_recovers_when_there_is_space', { timeout: 60_000 }, async () => {
  const folder = join(disk, 'store');
  const ballast = join(disk, 'ballast');
  await fill(ballast, 36 * 2 ** 20);
  let store = await openDuckDbStore(sampleSchemas, { folder, threads: 1 });
  let acknowledged = 0;
  let refusal: unknown;
  for (let batch = 0; batch < 100 && refusal === undefined; batch++) {
    try {
      acknowledged += (await store.writer.append(records(batch))).records;
    } catch (error) {
      refusal = error;
    }
  }
  expect(refusal).toBeInstanceOf(StoreUnavailable);
  expect((refusal as Error).message).toBe(
    `Cannot store records in ${join(folder, 'spool')}: the disk is full; free some space or let retention keep less`,
  );
  expect(acknowledged).toBeGreaterThan(0);
  await expect(store.writer.flush()).rejects.toThrow(`Cannot store records in ${folder}: the disk is full`);

  await rm(ballast);
  await store.writer.append(records(1000));
  await store.writer.flush();
  expect((await store.reader.status()).records).toBe(acknowledged + perBatch);
  await store.close();
  store = await openDuckDbStore(sampleSchemas, { folder, threads: 1 });
  expect((await store.reader.status()).records).toBe(acknowledged + perBatch);
  await store.close();
  await rm(folder, { recursive: true });
});

it.runIf(canMount)(
  'a_disk_that_fills_while_records_go_into_segments_is_named_and_they_go_there_when_there_is_space',
  { timeout: 60_000 },
  async () => {
    const folder = join(disk, 'other');
    const ballast = join(disk, 'ballast');
    const open = () => openDuckDbStore(sampleSchemas, { folder, threads: 1 });
    let store = await open();
    await store.writer.append(records(0));
    await store.writer.flush();
    const batches = 6;
    const waiting = Array.from({ length: batches * perBatch }, (_, index) => record(`waiting-${index}`, index));
    await store.writer.append(waiting);
    // The copy that is loaded from fits, what it becomes does not.
    const watcher = watch(join(folder, 'spool'), (_, name) => {
      if (name?.includes('.part') && !existsSync(join(folder, 'spool', name))) fillUp(ballast);
    });
    await expect(store.writer.flush()).rejects.toThrow(`Cannot store records in ${folder}: the disk is full`);
    await expect(store.writer.flush()).rejects.toThrow(`Cannot store records in ${folder}: the disk is full`);

    watcher.close();
    expect((await stat(ballast)).size).toBeGreaterThan(0);
    await rm(ballast);
    await store.writer.flush();
    expect((await store.reader.status()).records).toBe((batches + 1) * perBatch);
    await store.close();
    store = await open();
    expect((await store.reader.status()).records).toBe((batches + 1) * perBatch);
    await store.close();
  },
);

const perBatch = 1000;

/** Most of a megabyte that does not compress. */
function records(batch: number): TrafficRecord[] {
  return Array.from({ length: perBatch }, (_, index) => record(`${batch}-${index}`, index));
}

function record(id: string, index: number): TrafficRecord {
  return sample('web', id, index % 60, { 'web.agent': Array.from({ length: 60 }, () => Math.random().toString(36)).join('') });
}

/** Until nothing goes there any more. */
function fillUp(path: string): void {
  const file = openSync(path, 'a');
  try {
    for (;;) writeSync(file, Buffer.alloc(2 ** 16, 1));
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
  } finally {
    closeSync(file);
  }
}

async function fill(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'w');
  await file.write(Buffer.alloc(bytes, 1));
  await file.close();
  expect((await stat(path)).size).toBe(bytes);
}
