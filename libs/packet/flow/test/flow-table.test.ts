import { describe, expect, it } from 'vitest';
import { IpProtocol, Packet } from '../../layers/packet.ts';
import { communityId, flowId } from '../flow-identity.ts';
import { defaultTimeouts } from '../timeouts.ts';
import { TestTable, converse, ipv4, opening, tcpPacket, udpPacket, type Segment } from './packets.ts';

const a = 0x0a000001;
const b = 0x0a000002;

describe('flows', () => {
  it('both_directions_are_one_flow_and_the_first_sender_is_the_source', () => {
    for (const [first, second] of [
      [a, b],
      [b, a],
    ] as const) {
      const test = new TestTable().take(
        udpPacket(first, 1000, second, 53, 1),
        udpPacket(second, 53, first, 1000, 1),
        udpPacket(first, 1000, second, 53, 1),
      );
      expect(test.finish()).toMatchObject([{ packets: [2, 1], state: 'SF', history: 'Dd' }]);
    }
  });

  it('other_ports_addresses_or_protocols_are_other_flows', () => {
    const test = new TestTable();
    test.take(
      udpPacket(a, 1, b, 2, 1),
      udpPacket(a, 1, b, 3, 1),
      udpPacket(a, 1, 0x0a000003, 2, 1),
      ipv4(new Packet(), a, b, IpProtocol.sctp, 1),
    );
    expect(test.finish()).toHaveLength(4);
  });

  it('echo_and_reply_are_one_flow_and_an_unreachable_is_its_own', () => {
    const icmp = (source: number, destination: number, type: number, code = 0): Packet => {
      const packet = ipv4(new Packet(), source, destination, IpProtocol.icmp, 1);
      packet.icmpType = type;
      packet.icmpCode = code;
      return packet;
    };
    const test = new TestTable().take(icmp(a, b, 8), icmp(b, a, 0), icmp(a, b, 8), icmp(b, a, 3, 1), icmp(a, b, 3, 1));
    expect(test.finish().map((flow) => flow.packets)).toEqual([
      [2, 1],
      [1, 0],
      [1, 0],
    ]);
  });

  it('a_syn_with_another_number_begins_another_conversation', () => {
    expect(converse(...opening, { flags: 'S', seq: 9000 })).toMatchObject([{ state: 'S1' }, { state: 'S0' }]);
  });

  it('after_both_sides_have_ended_any_syn_begins_another_conversation', () => {
    const end = [
      { flags: 'FA', seq: 101, ack: 501 },
      { from: 'server', flags: 'FA', seq: 501, ack: 102 },
    ] as const;
    expect(converse(...opening, ...end, { flags: 'S', seq: 100 })).toMatchObject([{ state: 'SF', reason: 'fin' }, { state: 'S0' }]);
  });

  it('a_syn_captured_behind_all_the_rest_is_the_one_that_was_missing', () => {
    const [, ...behind] = opening;
    const ending: Segment[] = [
      { flags: 'FA', seq: 101, ack: 501 },
      { from: 'server', flags: 'FA', seq: 501, ack: 102 },
    ];
    expect(converse(...behind, ...ending, { flags: 'S', seq: 100 })).toMatchObject([{ packets: [3, 2], state: 'SF' }]);
    expect(converse(...opening, ...ending, { flags: 'S', seq: 100 })).toHaveLength(2);
    expect(converse(...behind, ...ending, { flags: 'S', seq: 900 })).toHaveLength(2);
  });

  it('an_answer_seen_first_makes_its_receiver_the_source', () => {
    expect(converse(opening[1]!, opening[2]!)).toMatchObject([{ packets: [1, 1], history: '^hA', state: 'S1' }]);
  });

  it('a_flow_can_be_turned_round', () => {
    const test = new TestTable();
    const flow = test.takeOne(tcpPacket({ from: 'server', flags: 'PA', seq: 7, ack: 3, length: 5 }));
    test.takeOne(tcpPacket({ flags: 'A', seq: 3, ack: 12 }));
    test.table.turnRound(flow);
    expect(test.look(flow, 'idle')).toMatchObject({ packets: [1, 1], history: '^dA', stream: [0, 5] });
    test.takeOne(tcpPacket({ flags: 'PA', seq: 3, ack: 12, length: 2 }));
    expect(test.finish()).toMatchObject([{ packets: [2, 1], stream: [2, 5] }]);
  });
});

describe('time-outs', () => {
  it('end_a_quiet_flow_on_the_time_of_the_packets', () => {
    const test = new TestTable().take(udpPacket(a, 1, b, 2, 1000), udpPacket(a, 9, b, 9, 1000 + defaultTimeouts.udp));
    expect(test.ended).toEqual([]);
    test.take(udpPacket(a, 9, b, 9, 1002 + defaultTimeouts.udp));
    expect(test.ended).toMatchObject([{ reason: 'idle', firstSeconds: 1000 }]);
  });

  it('leave_a_busy_flow_whole', () => {
    const test = new TestTable();
    for (let at = 0; at < 5000; at += 100) test.take(udpPacket(a, 1, b, 2, at));
    expect(test.finish()).toMatchObject([{ packets: [50, 0] }]);
  });

  it('come_sooner_once_both_sides_have_ended', () => {
    const test = new TestTable().take(...opening.map((segment) => tcpPacket(segment)));
    test.take(tcpPacket({ flags: 'FA', seq: 101, ack: 501 }), tcpPacket({ from: 'server', flags: 'FA', seq: 501, ack: 102 }));
    test.take(udpPacket(a, 1, b, 2, 1000 + defaultTimeouts.tcpClosed + 2));
    expect(test.ended).toMatchObject([{ reason: 'fin', state: 'SF' }]);
  });

  it('cut_a_flow_that_lasts_too_long_where_asked_to', () => {
    const test = new TestTable({ timeouts: { ...defaultTimeouts, active: 100 } });
    for (let at = 0; at <= 250; at += 10) test.take(udpPacket(a, 1, b, 2, at));
    expect(test.finish().map((flow) => flow.reason)).toEqual(['active-timeout', 'active-timeout', 'end-of-capture']);
  });

  it('come_for_all_at_the_end_in_the_order_in_which_they_began_whichever_rows_they_have', () => {
    const test = new TestTable().take(udpPacket(a, 1, b, 2, 1000), udpPacket(a, 3, b, 4, 1100));
    // The row of the first flow is free by now, and is taken by the last one.
    test.take(udpPacket(a, 5, b, 6, 1250), udpPacket(a, 7, b, 8, 1260));
    expect(test.finish().map((flow) => flow.firstSeconds)).toEqual([1000, 1100, 1250, 1260]);
  });

  it('survive_a_clock_that_jumps_ahead_and_back', () => {
    const test = new TestTable().take(udpPacket(a, 1, b, 2, 1000), udpPacket(a, 3, b, 4, 4_000_000_000));
    expect(test.ended).toHaveLength(1);
    for (let at = 1001; at < 1100; at++) test.take(udpPacket(a, 5, b, 6, at));
    expect(test.finish()).toHaveLength(3);
  });
});

describe('a flow that is recorded in pieces', () => {
  it('is_the_same_flow_and_counts_anew_what_comes_behind', () => {
    const test = TestTable.inPieces(100);
    const flows = [...opening, ...dataAt(1000), ...dataAt(1200)].map((segment) => test.takeOne(tcpPacket(segment)));
    expect(new Set(flows).size).toBe(1);
    expect(test.begun).toEqual([flows[0]]);
    expect(test.finish()).toMatchObject([
      { reason: 'active-timeout', packets: [3, 2], history: 'ShADd', state: 'S1', firstSeconds: 1000, stream: [10, 20] },
      { reason: 'end-of-capture', packets: [1, 1], history: 'Dd', state: 'S1', firstSeconds: 1200, handshake: -1 },
    ]);
  });

  it('is_recorded_in_time_though_its_opening_could_have_taken_longer', () => {
    const test = TestTable.inPieces(2).take(...opening.map((segment) => tcpPacket(segment)));
    test.take(tcpPacket({ flags: 'PA', seq: 101, ack: 501, length: 10, at: 1003 }));
    expect(test.ended).toMatchObject([{ reason: 'active-timeout', packets: [2, 1] }]);
  });

  it('has_no_piece_without_a_packet_and_ends_when_it_is_idle', () => {
    const test = TestTable.inPieces(100).take(udpPacket(a, 1, b, 2, 1000));
    for (let at = 1000; at < 1000 + defaultTimeouts.udp; at += 10) test.take(udpPacket(a, 9, b, 9, at));
    expect(test.ended).toMatchObject([{ reason: 'active-timeout', packets: [1, 0] }, {}]);
    expect(test.table.live).toBe(2);
    test.take(udpPacket(a, 9, b, 9, 1010 + defaultTimeouts.udp));
    expect(test.table.live).toBe(1);
    expect(test.ended.filter(({ packets: [source] }) => source === 0)).toEqual([]);
  });

  it('is_recorded_later_where_that_is_asked_for', () => {
    const test = TestTable.inPieces(100, 3);
    for (let at = 1000; at <= 1110; at++) test.take(udpPacket(a, 1, b, 2, at));
    expect(test.ended).toMatchObject([{ packets: [104, 0] }]);
    expect(test.finish()).toMatchObject([{}, { packets: [7, 0] }]);
  });

  it('is_one_piece_with_what_comes_late_once_it_has_ended', () => {
    const test = TestTable.inPieces(10).take(...opening.map((segment) => tcpPacket(segment)));
    test.take(tcpPacket({ flags: 'FA', seq: 101, ack: 501, at: 1009 }));
    test.take(tcpPacket({ from: 'server', flags: 'FA', seq: 501, ack: 102, at: 1009 }), udpPacket(a, 9, b, 9, 1012));
    test.take(tcpPacket({ flags: 'A', seq: 102, ack: 502, at: 1013 }));
    expect(test.finish().map(({ reason, packets }) => [reason, ...packets])).toEqual([
      ['fin', 4, 2],
      ['end-of-capture', 1, 0],
    ]);
  });

  it('has_an_id_of_its_own_for_each_piece_though_they_begin_alike', () => {
    const test = TestTable.inPieces(1);
    const ids = new Set<string>();
    for (let i = 0; i < 5; i++) {
      const flow = test.takeOne(udpPacket(a, 1, b, 2, 1000));
      ids.add(flowId(test.table, flow, new Uint8Array(0)));
      test.table.advanceTo(test.table.clock + 3);
    }
    expect(ids.size).toBe(5);
  });
});

/** Ten bytes of the client and twenty of the server, the first ones of that second. */
function dataAt(at: number): Segment[] {
  const rounds = at === 1000 ? 0 : 1;
  const [seq, ack] = [101 + 10 * rounds, 501 + 20 * rounds];
  return [
    { flags: 'PA', seq, ack, length: 10, at },
    { from: 'server', flags: 'PA', seq: ack, ack: seq + 10, length: 20, at },
  ];
}

describe('a flood', () => {
  it('of_openings_stays_within_the_limit_and_keeps_the_busy_flow', () => {
    const test = new TestTable({ limit: 1000 });
    let rows = 0;
    for (let i = 0; i < 20_000; i++) {
      test.take(tcpPacket({ flags: 'S', seq: i, at: 1000 + i / 1000 }, i + 1, i & 0xffff));
      if (i % 100 === 0)
        test.take(
          ...(i === 0 ? opening : [{ flags: 'A', seq: 101, ack: 501 }]).map((segment) => tcpPacket({ ...segment, at: 1000 + i / 1000 })),
        );
      rows = Math.max(rows, test.table.live);
    }
    expect(rows).toBe(1000);
    expect(test.table.slab.capacity).toBe(1000);
    expect(test.table.evicted).toBeGreaterThan(18_000);
    const busy = test.finish().filter((flow) => flow.state === 'S1');
    expect(busy).toMatchObject([{ packets: [201, 1], reason: 'end-of-capture' }]);
    expect(test.ended).toHaveLength(20_001);
  });
});

describe('identity', () => {
  it('community_ids_are_those_of_the_specification', () => {
    const test = new TestTable();
    const flow = test.takeOne(udpPacket(0xc0a80134, 54585, 0x08080808, 53, 1));
    const back = new TestTable();
    const reversed = back.takeOne(udpPacket(0x08080808, 53, 0xc0a80134, 54585, 1));
    expect(communityId(test.table.slab, flow)).toBe('1:d/FP5EW3wiY1vCndhwleRRKHowQ=');
    expect(communityId(back.table.slab, reversed)).toBe('1:d/FP5EW3wiY1vCndhwleRRKHowQ=');
  });

  it('the_same_first_packet_gives_the_same_id_and_another_time_another', () => {
    const idAt = (at: number, observer = ''): string => {
      const test = new TestTable({ seed: Math.trunc(Math.random() * 1e9) });
      return flowId(test.table, test.takeOne(udpPacket(a, 1, b, 2, at)), Buffer.from(observer));
    };
    expect(idAt(1)).toMatch(/^[0-9a-f]{24}$/);
    expect(idAt(1)).toBe(idAt(1));
    expect(new Set([idAt(1), idAt(2), idAt(1, 'node-1')]).size).toBe(3);
  });

  it('flows_that_begin_alike_since_the_clock_went_back_have_an_id_each_and_the_same_ones_again', () => {
    const idsOf = (): string[] => {
      const test = new TestTable({ seed: Math.trunc(Math.random() * 1e9) });
      return [1, 2, 3].map(() => {
        const flow = test.takeOne(udpPacket(a, 1, b, 2, 1000));
        const id = flowId(test.table, flow, Buffer.alloc(0));
        test.table.end(flow, 'idle');
        return id;
      });
    };
    expect(new Set(idsOf()).size).toBe(3);
    expect(idsOf()).toEqual(idsOf());
  });
});
