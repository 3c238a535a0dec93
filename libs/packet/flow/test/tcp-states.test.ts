import { describe, expect, it } from 'vitest';
import { converse, opening, type Segment } from './packets.ts';

const request: Segment = { flags: 'PA', seq: 101, ack: 501, length: 10 };
const response: Segment = { from: 'server', flags: 'PA', seq: 501, ack: 111, length: 20 };

describe('state and history', () => {
  const cases: readonly (readonly [name: string, segments: Segment[], state: string, history: string])[] = [
    ['a_syn_without_answer_is_S0', [{ flags: 'S', seq: 100 }], 'S0', 'S'],
    [
      'a_repeated_syn_is_written_once',
      [
        { flags: 'S', seq: 100 },
        { flags: 'S', seq: 100 },
      ],
      'S0',
      'S',
    ],
    ['an_open_conversation_is_S1', [...opening, request, response], 'S1', 'ShADd'],
    [
      'a_conversation_that_both_sides_end_is_SF',
      [
        ...opening,
        request,
        response,
        { flags: 'FA', seq: 111, ack: 521 },
        { from: 'server', flags: 'FA', seq: 521, ack: 112 },
        { flags: 'A', seq: 112, ack: 522 },
      ],
      'SF',
      'ShADdFf',
    ],
    [
      'a_refused_syn_is_REJ',
      [
        { flags: 'S', seq: 100 },
        { from: 'server', flags: 'RA', seq: 0, ack: 101 },
      ],
      'REJ',
      'Sr',
    ],
    ['a_conversation_that_the_source_ends_alone_is_S2', [...opening, { flags: 'FA', seq: 101, ack: 501 }], 'S2', 'ShAF'],
    [
      'a_conversation_that_the_destination_ends_alone_is_S3',
      [...opening, { from: 'server', flags: 'FA', seq: 501, ack: 101 }],
      'S3',
      'ShAf',
    ],
    ['a_reset_by_the_source_is_RSTO', [...opening, request, { flags: 'R', seq: 111 }], 'RSTO', 'ShADR'],
    ['a_reset_by_the_destination_is_RSTR', [...opening, request, { from: 'server', flags: 'RA', seq: 501, ack: 111 }], 'RSTR', 'ShADr'],
    [
      'a_syn_that_its_sender_resets_is_RSTOS0',
      [
        { flags: 'S', seq: 100 },
        { flags: 'R', seq: 101 },
      ],
      'RSTOS0',
      'SR',
    ],
    [
      'a_syn_ack_that_its_sender_resets_is_RSTRH',
      [
        { from: 'server', flags: 'SA', seq: 500, ack: 101 },
        { from: 'server', flags: 'R', seq: 501 },
      ],
      'RSTRH',
      '^hr',
    ],
    [
      'a_syn_then_a_fin_without_an_answer_is_SH',
      [
        { flags: 'S', seq: 100 },
        { flags: 'FA', seq: 101, ack: 501 },
      ],
      'SH',
      'SF',
    ],
    [
      'a_syn_ack_then_a_fin_of_the_same_side_is_SHR',
      [
        { from: 'server', flags: 'SA', seq: 500, ack: 101 },
        { from: 'server', flags: 'FA', seq: 501, ack: 101 },
      ],
      'SHR',
      '^hf',
    ],
    [
      'traffic_without_an_opening_is_OTH',
      [
        { flags: 'PA', seq: 101, ack: 501, length: 5 },
        { from: 'server', flags: 'A', seq: 501, ack: 106 },
      ],
      'OTH',
      'Da',
    ],
    [
      'a_syn_captured_behind_its_syn_ack_still_opens',
      [
        { from: 'server', flags: 'SA', seq: 500, ack: 101 },
        { flags: 'S', seq: 100 },
        { flags: 'A', seq: 101, ack: 501 },
      ],
      'S1',
      '^hSA',
    ],
    [
      'a_simultaneous_opening_is_one_conversation',
      [
        { flags: 'S', seq: 100 },
        { from: 'server', flags: 'S', seq: 500 },
      ],
      'S1',
      'Ss',
    ],
    ['a_packet_with_fin_and_rst_is_inconsistent', [...opening, { flags: 'FR', seq: 101 }], 'RSTO', 'ShAI'],
    ['a_syn_with_fin_carries_several_flags', [{ flags: 'SF', seq: 100 }], 'SH', 'Q'],
    [
      'a_second_fin_at_another_place_is_written_again',
      [...opening, { flags: 'FA', seq: 101, ack: 501 }, { flags: 'FA', seq: 105, ack: 501 }],
      'S2',
      'ShAFF',
    ],
  ];

  it.each(cases)('%s', (_, segments, state, history) => {
    expect(converse(...segments)).toMatchObject([{ state, history }]);
  });

  it('repeats_are_written_at_the_first_the_tenth_and_the_hundredth', () => {
    const again = (count: number): string => converse(...opening, ...Array.from({ length: count + 1 }, () => request))[0]!.history;
    expect([1, 9, 10, 99, 100].map(again)).toEqual(['ShADT', 'ShADT', 'ShADTT', 'ShADTT', 'ShADTTT']);
  });

  it('zero_windows_count_until_the_peer_has_ended', () => {
    const stop: Segment = { from: 'server', flags: 'A', seq: 501, ack: 101, window: 0 };
    expect(converse(...opening, stop)[0]!.history).toBe('ShAaw');
    expect(converse(...opening, { flags: 'FA', seq: 101, ack: 501 }, stop)[0]!.history).toBe('ShAFa');
  });
});

/** Of the client's stream, that so many bytes arrived. */
const acknowledging = (length: number): Segment => ({ from: 'server', flags: 'A', seq: 501, ack: (101 + length) % 2 ** 32 });

/** Two steps to what is acknowledged next. */
const belowTwoGib = (length: number): readonly number[] => [2 ** 30, length];

describe('stream bytes', () => {
  it('count_neither_the_syn_nor_the_fin', () => {
    const [flow] = converse(
      ...opening,
      request,
      response,
      { flags: 'FA', seq: 111, ack: 521 },
      { from: 'server', flags: 'FA', seq: 521, ack: 112 },
    );
    expect(flow!.stream).toEqual([10, 20]);
  });

  it('count_what_was_acknowledged_though_never_captured', () => {
    expect(converse(...opening, { from: 'server', flags: 'A', seq: 501, ack: 1101 })[0]!.stream).toEqual([1000, 0]);
  });

  it('count_a_retransmission_once', () => {
    expect(converse(...opening, request, request)[0]!.stream[0]).toBe(10);
  });

  it('pass_4_gib_and_the_wrap_of_sequence_numbers', () => {
    const segments: Segment[] = [];
    for (let i = 0; i < 6; i++) segments.push({ flags: 'A', seq: (101 + i * 1e9) % 2 ** 32, ack: 501, length: 1e9 });
    expect(converse(...opening, ...segments)[0]!.stream[0]).toBe(6e9);
  });

  it.each([1, 2 ** 20, 2 ** 20 + 1, 2 ** 28, 2 ** 30 - 1])('pass_2_gib_of_what_was_only_acknowledged_in_a_step_of_%i', (step) => {
    const acknowledged = [...belowTwoGib(2 ** 31 - 1), 2 ** 31 - 1 + step, 2 ** 31 + 2 ** 29 + step];
    expect(converse(...opening, ...acknowledged.map(acknowledging))[0]!.stream).toEqual([acknowledged.at(-1), 0]);
  });

  it('pass_2_gib_in_any_step_to_what_was_captured', () => {
    const acknowledged = [...belowTwoGib(2 ** 30), 2 ** 30 + 2 ** 31 - 1];
    const sent: Segment[] = [2 ** 30, 2 ** 31, 3 * 2 ** 30].map((place) => ({ flags: 'A', seq: 101 + place, ack: 501 }));
    const [flow] = converse(...opening, ...sent, ...acknowledged.map(acknowledging), acknowledging(2 ** 32));
    expect(flow!.stream).toEqual([2 ** 32, 0]);
  });

  it('do_not_trust_an_acknowledgment_before_the_start', () => {
    const before = [1, 2 ** 20, 2 ** 29].map((length) => acknowledging(2 ** 32 - length));
    for (const known of [2 ** 30 + 2 ** 29, 2 ** 31 - 2])
      expect(converse(...opening, ...belowTwoGib(known).map(acknowledging), ...before)[0]!.stream).toEqual([known, 0]);
  });

  it('do_not_trust_a_reset_that_lies_far_off', () => {
    expect(converse(...opening, request, { flags: 'R', seq: 0x7000_0000 })[0]!.stream[0]).toBe(10);
  });
});

describe('handshake time', () => {
  it('runs_from_the_first_syn_to_the_ack_of_the_answer', () => {
    const [flow] = converse(
      { flags: 'S', seq: 100, at: 1000 },
      { flags: 'S', seq: 100, at: 1001 },
      { from: 'server', flags: 'SA', seq: 500, ack: 101, at: 1001.5 },
      { flags: 'A', seq: 101, ack: 501, at: 1001.75 },
    );
    expect(flow!.handshake).toBe(1_750_000_000);
  });

  it('runs_to_an_ack_that_acknowledges_the_answer', () => {
    const opening: Segment[] = [
      { flags: 'S', seq: 100, at: 1000 },
      { from: 'server', flags: 'SA', seq: 500, ack: 101, at: 1000.5 },
      { flags: 'A', seq: 101, ack: 500, at: 1001 },
    ];
    expect(converse(...opening)[0]!.handshake).toBe(-1);
    expect(converse(...opening, { flags: 'A', seq: 101, ack: 501, at: 1002 })[0]!.handshake).toBe(2_000_000_000);
  });

  it('is_known_of_a_capture_that_begins_with_time_or_has_none', () => {
    const times = [
      [0, 0.5, 1],
      [0, 0, 0],
    ] as const;
    const took = times.map(([syn, answer, end]) =>
      converse(
        { flags: 'S', seq: 100, at: syn },
        { from: 'server', flags: 'SA', seq: 500, ack: 101, at: answer },
        { flags: 'A', seq: 101, ack: 501, at: end },
      ).map((flow) => flow.handshake),
    );
    expect(took).toEqual([[1_000_000_000], [0]]);
  });

  it('is_absent_without_the_syn', () => {
    expect(converse({ from: 'server', flags: 'SA', seq: 500, ack: 101 }, { flags: 'A', seq: 101, ack: 501 })[0]!.handshake).toBe(-1);
  });
});
