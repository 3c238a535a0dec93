import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { liveTimeouts } from '@orbweaver/packet/flow/timeouts.ts';
import { describe, expect, it } from 'vitest';
import { Dissector } from '../dissector.ts';
import type { DissectionOptions } from '../options.ts';
import { echo } from './echo-protocol.ts';
import { Talk, client, feed, server, tcpFrame, udpFrame } from './frames.ts';

/** What moves the clock on. */
const others = udpFrame({ host: 3, port: 3000 }, { host: 4, port: 4000 }, Buffer.of(1));

class Capture {
  readonly records: TrafficRecord[] = [];
  readonly dissector: Dissector;

  constructor(options: DissectionOptions = {}, protocols?: ConstructorParameters<typeof Dissector>[2]) {
    this.dissector = new Dissector({ emit: (record) => void this.records.push(record) }, options, protocols);
  }

  at(seconds: number, ...frames: Buffer[]): this {
    feed(this.dissector, frames, seconds);
    return this;
  }

  told(): unknown[] {
    return this.records.map((record) => record['told']).filter(Boolean);
  }

  /** The record of the conversation's flow. */
  end(): TrafficRecord {
    while (!this.dissector.finish(100));
    return this.records.find((record) => record['event.dataset'] === 'flow' && record['network.transport'] === 'tcp')!;
  }
}

const head = 'HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n';

/** Of a connection whose client was not captured: its answers, of which the body's second quarter is lost. */
function answers(): { opening: Buffer[]; talk: Talk } {
  const talk = new Talk();
  const [, opening] = talk.open();
  const first = talk.answer(`${head}one`);
  talk.answer('two');
  return { opening: [opening!, first, talk.answer('tre'), talk.answer('for')], talk };
}

/** A client that says `echo abc`, of which the b comes late. */
function lateEcho(open: (talk: Talk) => Buffer[]): { frames: Buffer[]; late: Buffer; talk: Talk } {
  const talk = new Talk();
  const frames = [...open(talk), talk.say('echo a')];
  const late = talk.say('b');
  return { frames: [...frames, talk.say('c')], late, talk };
}

const oneSided = (talk: Talk): Buffer[] => [talk.open()[0]!];

describe('of a connection of which one side is captured', () => {
  it('what_lies_behind_a_hole_is_told_seconds_later_with_the_time_at_which_it_came', () => {
    const capture = new Capture();
    const { opening, talk } = answers();
    capture.at(0, ...opening).at(4, others);
    expect(capture.records).toEqual([]);
    capture.at(5, others);
    expect(capture.records).toMatchObject([
      { 'event.dataset': 'http', 'http.response.status_code': 200, 'http.response.body.bytes': 12, 'flow.missed_bytes': 3 },
    ]);
    expect(capture.records[0]!['event.end']).toBe('2026-01-01T00:00:00.003000Z');
    // The next exchange is told at once.
    capture.at(6, talk.answer(`${head}in one piece`));
    expect(capture.records.filter((record) => record['event.dataset'] === 'http')).toHaveLength(2);
    expect(capture.end()).toMatchObject({ 'flow.missed_bytes': 3, 'flow.history': '^hdg', 'flow.tcp.retransmissions': 0 });
  });

  it('a_retransmission_within_seconds_fills_the_hole', () => {
    const capture = new Capture();
    const { opening } = answers();
    capture.at(0, ...opening).at(3, tcpFrame(server, client, 'PA', 5001 + head.length + 3, 1001, 'two'));
    expect(capture.records).toMatchObject([{ 'event.dataset': 'http', 'http.response.body.bytes': 12 }]);
    expect(capture.end()).toMatchObject({ 'flow.missed_bytes': 0, 'flow.tcp.out_of_order': 1, 'flow.tcp.retransmissions': 0 });
  });

  it('one_that_comes_later_is_told_as_such_and_changes_nothing', () => {
    const capture = new Capture({}, [echo()]);
    const { frames, late, talk } = lateEcho(oneSided);
    capture
      .at(0, ...frames)
      .at(5, others)
      .at(6, late)
      .at(7, talk.say('d'));
    expect(capture.end()).toMatchObject({ 'flow.missed_bytes': 1, 'flow.source.retransmissions': 1, 'flow.tcp.out_of_order': 0 });
    expect(capture.told()).toEqual(['>echo a>(1 missing)>c>d end-of-capture']);
  });

  it('a_hole_does_not_wait_for_the_flow_to_be_quiet', () => {
    const capture = new Capture();
    const { opening, talk } = answers();
    capture.at(0, ...opening);
    for (let second = 1; second < 5; second++) capture.at(second, talk.answer(''));
    expect(capture.records).toEqual([]);
    capture.at(5, talk.answer(''));
    expect(capture.records).toMatchObject([{ 'event.dataset': 'http', 'http.response.body.bytes': 12 }]);
  });

  it('the_end_behind_lost_bytes_is_told_as_well', () => {
    const capture = new Capture({}, [echo()]);
    const talk = new Talk();
    capture.at(0, talk.open()[0]!, talk.say('echo a'), talk.lose(5).close()[0]!).at(5, others);
    expect(capture.dissector.summary().missed_bytes).toBe(5);
    capture.end();
    expect(capture.told()).toEqual(['>echo a>(5 missing)>[fin] end-of-capture']);
  });

  it('a_hole_at_the_end_of_the_capture_is_counted', () => {
    const capture = new Capture();
    expect(capture.at(0, ...answers().opening).end()).toMatchObject({ 'flow.missed_bytes': 3 });
    expect(capture.records[0]).toMatchObject({ 'event.dataset': 'http', 'event.end': '2026-01-01T00:00:00.003000Z' });
  });

  it('a_record_of_a_long_flow_waits_for_the_hole_that_it_has', () => {
    const capture = new Capture({ timeouts: { ...liveTimeouts, active: 3 } });
    capture.at(0, ...answers().opening);
    for (let second = 1; second < 6; second++) capture.at(second, others);
    const flows = capture.records.filter(
      (record) => record['flow.end_reason'] === 'active-timeout' && record['network.transport'] === 'tcp',
    );
    expect(flows).toMatchObject([{ 'flow.missed_bytes': 3 }]);
  });

  it('a_segment_from_far_ahead_does_not_end_a_stream_that_goes_on', () => {
    const capture = new Capture({}, [echo()]);
    const talk = new Talk();
    const stray = tcpFrame(client, server, 'PA', 100_000, 0, 'z');
    capture.at(0, talk.open()[0]!, talk.say('echo '), stray);
    for (let second = 1; second < 9; second++) capture.at(second, talk.say(String(second)));
    capture.end();
    expect(capture.told()).toEqual([expect.stringMatching(/^>echo >1>2>3>4>5>6>7>8>\(/)]);
  });
});

describe('once the other side was heard', () => {
  it('a_hole_waits_for_its_acknowledgment', () => {
    const capture = new Capture({}, [echo()]);
    const { frames, late } = lateEcho((talk) => [...talk.open()]);
    capture
      .at(0, ...frames)
      .at(60, others)
      .at(61, late);
    expect(capture.end()).toMatchObject({ 'flow.missed_bytes': 0, 'flow.tcp.out_of_order': 1 });
    expect(capture.told()).toEqual(['>echo a>b>c end-of-capture']);
  });

  it('though_late_its_acknowledgment_decides', () => {
    const capture = new Capture({}, [echo()]);
    const { frames, late } = lateEcho(oneSided);
    capture
      .at(0, ...frames)
      .at(3, tcpFrame(server, client, 'SA', 5000, 1001))
      .at(60, others);
    capture.at(61, late).end();
    expect(capture.told()).toEqual(['>echo a>b>c end-of-capture']);
  });
});
