import { describe, expect, it } from 'vitest';
import { TestFlow } from '../../sdk/test-flow.ts';
import { protocol } from '../module.ts';
import { pendingLimit } from '../stitcher.ts';

interface Wanted {
  readonly mode: number;
  readonly stratum?: number;
  readonly reference?: readonly number[];
  readonly origin?: number;
  readonly receive?: number;
  readonly transmit?: number;
}

function message({ mode, stratum = 0, reference = [0, 0, 0, 0], origin = 0, receive = 0, transmit = 0 }: Wanted): Buffer {
  const bytes = Buffer.alloc(48);
  bytes.set([(4 << 3) | mode, stratum, 6, 0xfe, 0, 0, 0x80, 0, 0, 1, 0, 0, ...reference]);
  [0, origin, receive, transmit].forEach((time, i) => bytes.writeUInt32BE(time, 16 + 8 * i));
  return bytes;
}

const flow = (): TestFlow => new TestFlow(protocol, { datagrams: true, sourcePort: 40_000, destinationPort: 123 });
const control = (flags: number, sequence: number): Buffer => Buffer.of(0x16, flags, 0, sequence, 0, 0, 0, 0, 0, 0, 0, 0);

describe('pairing', () => {
  it('an_answer_finds_the_request_whose_time_it_repeats', () => {
    const talk = flow()
      .client(message({ mode: 3, transmit: 1 }))
      .client(message({ mode: 3, transmit: 2 }));
    talk.server(message({ mode: 4, stratum: 2, reference: [192, 0, 2, 1], origin: 2 }));
    expect(talk.finish()).toMatchObject([
      { 'event.id': 'test-ntp-1', 'ntp.mode': 'client', 'ntp.stratum': 2, 'ntp.reference_id': '192.0.2.1', 'ntp.response_time': 1_000_000 },
      { 'event.id': 'test-ntp-0', 'ntp.mode': 'client', 'ntp.stratum': 0 },
    ]);
  });

  it('in_interleaved_mode_it_is_the_time_of_the_answer_before', () => {
    const talk = flow()
      .client(message({ mode: 3, receive: 5, transmit: 6 }))
      .server(message({ mode: 4, stratum: 2, origin: 5 }));
    expect(talk.finish()).toMatchObject([{ 'ntp.mode': 'client', 'ntp.stratum': 2 }]);
    expect(talk.records).toHaveLength(1);
  });

  it('an_answer_to_another_time_stands_for_itself', () => {
    const talk = flow()
      .client(message({ mode: 3, transmit: 1 }))
      .server(message({ mode: 4, stratum: 1, origin: 9 }));
    expect(talk.finish().map((record) => record['ntp.mode'])).toEqual(['server', 'client']);
  });

  it('a_peer_is_answered_by_a_passive_one_only', () => {
    const talk = flow()
      .client(message({ mode: 1, transmit: 1 }))
      .server(message({ mode: 4, origin: 1 }));
    talk.server(message({ mode: 2, stratum: 3, origin: 1 }));
    expect(talk.finish().map((record) => [record['ntp.mode'], record['ntp.stratum']])).toEqual([
      ['server', 0],
      ['symmetric-active', 3],
    ]);
  });

  it('the_parts_of_a_long_control_answer_are_one_record', () => {
    const talk = flow().client(control(2, 1)).server(control(0xa2, 1)).server(control(0x82, 1));
    expect(talk.finish()).toMatchObject([
      { 'ntp.mode': 'control', 'ntp.operation': 'read-variables', 'ntp.response.messages': 2, 'ntp.response.bytes': 24 },
    ]);
  });

  it('a_request_waits_for_a_bounded_time_and_with_a_bounded_number_of_others', () => {
    const talk = flow();
    for (let transmit = 1; transmit <= pendingLimit + 1; transmit++) talk.client(message({ mode: 3, transmit }));
    expect([talk.records.length, talk.pastLimit]).toEqual([1, 1]);
    talk.now.set(talk.now.seconds + 31, 0);
    talk.client(message({ mode: 3, transmit: 1 }));
    expect(talk.records).toHaveLength(pendingLimit + 1);
  });
});

describe('a header', () => {
  const read = (bytes: Buffer): object => flow().server(bytes).finish()[0]!;

  it('has_intervals_in_seconds', () => {
    expect(read(message({ mode: 5 }))).toMatchObject({
      'ntp.poll': 64,
      'ntp.precision': 0.25,
      'ntp.root_delay': 0.5,
      'ntp.root_dispersion': 1,
    });
  });

  it('has_a_reference_in_text_at_strata_0_and_1', () => {
    expect(read(message({ mode: 5, stratum: 1, reference: [0x47, 0x50, 0x53, 0] }))).toMatchObject({ 'ntp.reference_id': 'GPS' });
    expect(read(message({ mode: 5, reference: [0x41, 0xff, 0x5c, 0x42] }))).toMatchObject({ 'ntp.reference_id': 'A\\xff\\x5cB' });
    expect(read(message({ mode: 5 }))).not.toHaveProperty('ntp.reference_id');
    expect(read(message({ mode: 5, stratum: 16, reference: [0x53, 0x54, 0x45, 0x50] }))).toMatchObject({
      'ntp.reference_id': '83.84.69.80',
    });
  });

  it('has_times_of_both_eras', () => {
    expect(read(message({ mode: 5, transmit: 0x83aa7e80 }))).toMatchObject({ 'ntp.transmit_time': '1970-01-01T00:00:00.000000000Z' });
    expect(read(message({ mode: 5, transmit: 1 }))).toMatchObject({ 'ntp.transmit_time': '2036-02-07T06:28:17.000000000Z' });
  });

  it.each([
    ['of_no_mode', Buffer.of(0x20, ...Buffer.alloc(47))],
    ['of_no_version', Buffer.of(0x03, ...Buffer.alloc(47))],
    ['that_is_cut', message({ mode: 3 }).subarray(0, 47)],
    ['of_a_control_message_that_is_cut', control(2, 1).subarray(0, 11)],
  ])('%s_is_no_message', (_, bytes) => {
    expect(flow().client(bytes).finish()).toEqual([]);
  });
});
