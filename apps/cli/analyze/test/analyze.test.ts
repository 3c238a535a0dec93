import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analyze } from '../analyze.ts';
import type { AnalyzeOptions } from '../options.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'orb-analyze-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A capture of `count` UDP packets over raw IPv4, each from another port. */
function capture(name: string, count: number): string {
  const packet = Buffer.from('4500001d0000000040110000c0000201c00002020000003500090000ff', 'hex');
  const parts = [Buffer.from('d4c3b2a1020004000000000000000000ffff000065000000', 'hex')];
  for (let i = 0; i < count; i++) {
    const head = Buffer.alloc(16);
    head.writeUInt32LE(1_767_225_600 + i, 0);
    head.writeUInt32LE(packet.length, 8);
    head.writeUInt32LE(packet.length, 12);
    packet.writeUInt16BE(1000 + i, 20);
    parts.push(head, Buffer.from(packet));
  }
  const path = join(folder, name);
  writeFileSync(path, Buffer.concat(parts));
  return path;
}

interface Run {
  readonly status: number;
  readonly records: Record<string, unknown>[];
  readonly error: string;
}

async function run(files: string[], options: AnalyzeOptions = {}, readers = Infinity): Promise<Run> {
  let out = '';
  let error = '';
  let lines = 0;
  const status = await analyze(files, options, {
    out: {
      write: (line) => ((out += `${line}\n`), ++lines < readers),
      writeLines: (bytes, start, end) => {
        const text = Buffer.from(bytes.subarray(start, end)).toString();
        out += text;
        return (lines += text.split('\n').length - 1) < readers;
      },
      flush: () => lines < readers,
    },
    error: { isTTY: false, write: (text: string) => ((error += text), true) } as unknown as NodeJS.WriteStream,
  });
  const records = out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { status, records, error };
}

describe('orbweaver analyze', () => {
  it('prints_a_record_a_line_with_the_path_as_it_was_given_and_a_summary', async () => {
    const path = capture('three.pcap', 3);
    const { status, records, error } = await run([path]);
    expect(status).toBe(0);
    expect(records).toHaveLength(3);
    expect(records[0]).toMatchObject({ 'event.dataset': 'flow', 'log.file.path': path, 'source.ip': '192.0.2.1', 'source.port': 1000 });
    expect(error).toBe('3 packets read: 3 in flows\nrecords: 3 flow\n');
  });

  it('sums_over_files_in_one_json_line', async () => {
    const { error } = await run([capture('a.pcap', 2), capture('b.pcap', 5)], { summary: 'json' });
    const { summary } = JSON.parse(error) as { summary: Record<string, unknown> };
    expect(summary).toMatchObject({ packets: 7, in_flows: 7, not_ip: 0, refused: {}, frames: 7, unwrapped: 0, records: { flow: 7 } });
  });

  it('names_a_file_that_cannot_be_read_and_goes_on_with_the_others', async () => {
    const missing = join(folder, 'missing.pcap');
    const { status, records, error } = await run([missing, capture('whole.pcap', 1)], { summary: 'none' });
    expect(status).toBe(1);
    expect(records).toHaveLength(1);
    expect(error).toContain(`orbweaver analyze: ${missing}: `);
  });

  it('prints_what_it_could_read_of_a_cut_file_and_says_where_it_ends', async () => {
    const path = capture('cut.pcap', 4);
    writeFileSync(path, readFileSync(path).subarray(0, -10));
    const { status, records, error } = await run([path], { summary: 'none' });
    expect([status, records.length]).toEqual([1, 3]);
    expect(error).toMatch(/cut\.pcap: .*\(at byte \d+\)/);
  });

  it('prints_only_the_datasets_asked_for', async () => {
    expect((await run([capture('one.pcap', 1)], { records: ['http'], summary: 'none' })).records).toEqual([]);
  });

  it.each([1, 2])('stops_quietly_once_nobody_reads (%i threads)', async (threads) => {
    const { status, records, error } = await run([capture('long.pcap', 5000), capture('never.pcap', 3)], { threads }, 10);
    expect([status, error]).toEqual([0, '']);
    expect(records.length).toBeGreaterThanOrEqual(10);
    expect(records.length).toBeLessThan(5000);
  });

  it('prints_the_same_of_several_threads', async () => {
    const file = capture('many.pcap', 3000);
    writeFileSync(file, readFileSync(file).subarray(0, -10));
    const one = await run([file], { threads: 1 });
    expect(await run([file], { threads: 2 })).toEqual(one);
    expect([one.status, one.records.length]).toEqual([1, 2999]);
  });
});
