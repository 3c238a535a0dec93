import { describe, expect, it } from 'vitest';
import { GroupedDissection } from '@orbweaver/command/dissection/grouped-dissection.ts';
import { tcpFrame } from '@orbweaver/command/dissection/test/frames.ts';
import { busyCapture } from '@orbweaver/command/partitions/test/busy-capture.ts';
import { mixedCapture } from '@orbweaver/command/partitions/test/mixed-capture.ts';
import { Enrichment } from '@orbweaver/command/enrichment/enrichment.ts';
import { readCapture } from '@orbweaver/packet/pcap/read-capture.ts';
import { writePcap } from '@orbweaver/packet/pcap/write/pcap-writer.ts';
import { IeeeRegistry } from '@orbweaver/platform/mac-vendors/ieee-registry.ts';
import { ThreadedAnalysis } from '../threaded-analysis.ts';

/** So short that every place is used many times. */
const short = 2500;

async function* pieces(capture: Uint8Array, length = short): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < capture.length; at += length) yield await Promise.resolve(capture.subarray(at, at + length));
}

async function byOne(capture: Uint8Array): Promise<string> {
  let text = '';
  const enrichment = new Enrichment(new IeeeRegistry());
  const dissection = new GroupedDissection({
    emit: (record) => void (text += enrichment.take(record) ? `${JSON.stringify(record)}\n` : ''),
  });
  await readCapture(
    pieces(capture),
    (frame) => dissection.frame(frame),
    () => void dissection.flush(),
  );
  dissection.finish();
  return text;
}

async function byThreads(threads: number, capture: Uint8Array, length = short): Promise<string> {
  let text = '';
  const out = (bytes: Uint8Array, start: number, end: number): boolean => {
    text += Buffer.from(bytes.subarray(start, end)).toString();
    return true;
  };
  await new ThreadedAnalysis(threads, {}, out, length).run(pieces(capture, length), () => undefined);
  return text;
}

function manyFlows(): Uint8Array {
  const frames = [...Array(15_000).keys()].map((i) => tcpFrame({ host: 1, port: 1000 + i }, { host: 2, port: 443 }, 'S', i, 0));
  return writePcap(
    frames.map((bytes, i) => ({ bytes, seconds: 1_800_000_000, nanos: 1000 * i })),
    { linkType: 1 },
  );
}

describe('an analysis in threads', () => {
  it('prints_what_one_thread_prints_from_conversations_among_tunnels_and_fragments', async () => {
    const capture = busyCapture(500);
    expect(await byThreads(2, capture)).toBe(await byOne(capture));
  });

  it('prints_it_from_captures_of_many_kinds_in_three_threads', async () => {
    const capture = await mixedCapture(3);
    expect(await byThreads(3, capture)).toBe(await byOne(capture));
  });

  it('prints_all_flows_of_the_end_however_many_answers_they_take', async () => {
    const capture = manyFlows();
    expect(await byThreads(2, capture, capture.length)).toBe(await byOne(capture));
  });

  it('stops_without_a_word_once_nobody_reads', async () => {
    const analysis = new ThreadedAnalysis(2, {}, () => false, short);
    const { problem } = await analysis.run(pieces(busyCapture(500)), () => undefined);
    expect({ problem, isRead: analysis.isRead }).toEqual({ problem: undefined, isRead: false });
  });

  it('says_why_a_capture_was_not_read_to_its_end_and_tells_what_comes_before', async () => {
    const capture = busyCapture(500);
    const cut = capture.subarray(0, capture.length - 1);
    const analysis = new ThreadedAnalysis(2, {}, () => true, short);
    const { problem, summary } = await analysis.run(pieces(cut), () => undefined);
    const whole = await new ThreadedAnalysis(2, {}, () => true, short).run(pieces(capture), () => undefined);
    expect(problem).toMatch(/^the capture ends inside packet \d+: \d+ of at least \d+ bytes are there \(at byte \d+\)$/);
    expect([summary.frames + 1, whole.problem]).toEqual([whole.summary.frames, undefined]);
  });
});
