import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { defaultThreads, threadedFrom, threadsFor } from '../thread-count.ts';

test('every_thread_has_two_cores_and_there_are_four_at_most', () => {
  expect([1, 2, 3, 4, 6, 8, 64].map((cores) => defaultThreads(cores))).toEqual([1, 1, 1, 2, 3, 4, 4]);
});

test('small_files_and_pipes_have_one_thread_unless_more_are_asked_for', () => {
  const folder = mkdtempSync(join(tmpdir(), 'orb-threads-'));
  try {
    const file = join(folder, 'capture.pcap');
    writeFileSync(file, '');
    truncateSync(file, threadedFrom - 1);
    expect(threadsFor(file, {})).toBe(1);
    expect(threadsFor(file, { threads: 3 })).toBe(3);
    expect(threadsFor('-', {})).toBe(1);
    truncateSync(file, threadedFrom);
    expect(threadsFor(file, {})).toBe(defaultThreads());
  } finally {
    rmSync(folder, { recursive: true });
  }
});
