import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { besideFrom, defaultThreads, threadedFrom, threadsBeside } from '../thread-count.ts';

test('every_thread_has_two_cores_and_there_are_four_at_most', () => {
  expect([1, 2, 3, 4, 6, 8, 64].map((cores) => defaultThreads(cores))).toEqual([1, 1, 1, 2, 3, 4, 4]);
});

describe('beside the thread that reads', () => {
  let folder = '';
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'orb-threads-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  function fileOf(size: number, head: Uint8Array): string {
    const file = join(folder, 'capture');
    writeFileSync(file, head);
    truncateSync(file, size);
    return file;
  }

  test('nobody_analyses_small_files_and_pipes_unless_it_is_asked_for', () => {
    const small = fileOf(threadedFrom - 1, Uint8Array.of(0xa1, 0xb2, 0xc3, 0xd4));
    expect([2, 8].map((cores) => threadsBeside(small, {}, cores))).toEqual([0, 0]);
    expect(threadsBeside('-', {}, 8)).toBe(0);
    expect(threadsBeside(join(folder, 'nothing'), {}, 8)).toBe(0);
    expect(threadsBeside(small, { threads: 3 }, 1)).toBe(3);
    expect(threadsBeside('-', { threads: 3 }, 1)).toBe(3);
  });

  test('each_two_cores_give_a_large_file_a_thread', () => {
    const large = fileOf(threadedFrom, Uint8Array.of(0xa1, 0xb2, 0xc3, 0xd4));
    expect([1, 2, 4, 64].map((cores) => threadsBeside(large, {}, cores))).toEqual([0, 0, 2, 4]);
    expect(threadsBeside(large, { threads: 1 }, 8)).toBe(0);
  });

  test('one_analyses_what_another_undoes', () => {
    for (const head of [Uint8Array.of(0x1f, 0x8b), Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd)]) {
      const compressed = fileOf(besideFrom, head);
      expect([1, 2, 8].map((cores) => threadsBeside(compressed, {}, cores))).toEqual([0, 1, 1]);
      expect(threadsBeside(compressed, { threads: 1 }, 8)).toBe(0);
      expect(threadsBeside(fileOf(besideFrom - 1, head), {}, 8)).toBe(0);
      expect(threadsBeside(fileOf(threadedFrom, head), {}, 8)).toBe(4);
    }
  });

  test('what_keeps_content_is_analysed_where_it_is_read', () => {
    const large = fileOf(threadedFrom, Uint8Array.of(0x1f, 0x8b));
    expect(threadsBeside(large, { threads: 4, content: () => ({}) as never }, 8)).toBe(0);
  });
});
