import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, icmp, ipv4, ipv6, plainIpv4, tcp, text, u16, u32, udp, type Bytes } from '../../layers/test/build.ts';
import { frameOf, tell, type Told } from '../../layers/test/decode.ts';
import { Decoder, Verdict } from '../../layers/decoder.ts';
import { refusals } from '../../layers/refusal.ts';
import { FragmentTable, type FragmentLimits } from '../fragment-table.ts';

interface Cut {
  readonly offset: number;
  readonly data: Bytes;
  readonly more: boolean;
}

/** Cuts a datagram at the given places (multiples of eight). */
function cutAt(datagram: Bytes, places: readonly number[]): Cut[] {
  const edges = [0, ...[...new Set(places)].sort((a, b) => a - b).filter((at) => at > 0 && at < datagram.length), datagram.length];
  return edges.slice(0, -1).map((offset, i) => ({ offset, data: datagram.slice(offset, edges[i + 1]), more: i < edges.length - 2 }));
}

function v4(cut: Cut, id = 7, protocol = 17): Bytes {
  return ipv4({ protocol, id, offset: cut.offset, more: cut.more }, cut.data);
}

function v6(cut: Cut, id = 7, next = 17): Bytes {
  return ipv6(44, concat([next, 0], u16(cut.offset | (cut.more ? 1 : 0)), u32(id), cut.data));
}

/** Runs frames through a decoder and notes what comes out, in order: of held fragments `late`. */
class Run {
  readonly decoder: Decoder;
  readonly packets: Told[] = [];
  readonly payloads: string[] = [];
  readonly late: Told[] = [];
  readonly reasons: string[] = [];
  frames = 0;

  constructor(limits: Partial<FragmentLimits> = {}) {
    this.decoder = new Decoder({ fragments: new FragmentTable(limits), verifyChecksums: true });
  }

  take(bytes: Bytes, seconds?: number, originalLength?: number): this {
    this.frames++;
    const count = this.decoder.decode(frameOf(Uint8Array.from(bytes), 101, originalLength, seconds));
    for (const packet of this.decoder.packets.slice(0, count)) {
      this.packets.push(tell(packet));
      if (packet.isReassembled) this.payloads.push(tell(packet).payload);
    }
    if (this.decoder.verdict === Verdict.refused) this.reasons.push(refusals[this.decoder.refusal]!);
    return this.#drain();
  }

  finish(): this {
    this.decoder.flush();
    return this.#drain();
  }

  #drain(): this {
    for (let packet = this.decoder.nextReleased(); packet !== undefined; packet = this.decoder.nextReleased()) this.late.push(tell(packet));
    return this;
  }
}

const payload = text('abcdefgh'.repeat(40));
const datagram = udp(5000, 6000, payload);

describe('fragments', () => {
  it('any_order_of_any_cuts_gives_the_datagram_and_every_fragment_is_counted_once_with_its_ports', () => {
    const cuts = fc.array(
      fc.integer({ min: 1, max: 40 }).map((unit) => unit * 8),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(cuts, fc.boolean(), fc.infiniteStream(fc.nat(1000)), (places, isV6, ranks) => {
        const whole = isV6 ? udp(5000, 6000, payload, 6) : datagram;
        const parts = cutAt(whole, places);
        const order = parts.map((part) => ({ part, rank: ranks.next().value! })).sort((a, b) => a.rank - b.rank);
        const run = new Run();
        for (const { part } of order) run.take(isV6 ? v6(part) : v4(part));
        run.finish();
        expect(run.payloads).toEqual([Buffer.from(payload).toString()]);
        expect(run.packets.length + run.late.length).toBe(parts.length);
        for (const packet of [...run.packets, ...run.late])
          expect(packet).toMatchObject({ ports: [5000, 6000], protocol: 17, source: isV6 ? 'fd::1' : '10.0.0.1' });
        const ipBytes = [...run.packets, ...run.late].reduce((sum, packet) => sum + packet.ipBytes, 0);
        expect(ipBytes).toBe(whole.length + parts.length * (isV6 ? 48 : 20));
        expect(run.decoder.counters).toMatchObject({ frames: parts.length, inFlows: parts.length });
      }),
      { numRuns: 300 },
    );
  });

  it('payload_counts_once_on_the_fragment_that_completes', () => {
    const [first, second, third] = cutAt(datagram, [80, 160]) as [Cut, Cut, Cut];
    const run = new Run().take(v4(first)).take(v4(third)).take(v4(second));
    expect(run.packets.map((packet) => packet.payloadLength)).toEqual([0, 0, payload.length]);
    expect(run.late).toEqual([]);
  });

  it('a_held_one_comes_back_with_its_own_time_and_lengths', () => {
    const [first, second] = cutAt(datagram, [80]) as [Cut, Cut];
    const decoder = new Decoder();
    expect(decoder.decode(frameOf(v4(second), 101, 1000, 50))).toBe(0);
    expect(decoder.verdict).toBe(Verdict.flow);
    expect(decoder.nextReleased()).toBeUndefined();
    expect(decoder.decode(frameOf(v4(first), 101, undefined, 51))).toBe(1);
    expect(decoder.packets[0]!.isReassembled).toBe(true);
    expect(decoder.nextReleased()).toMatchObject({
      seconds: 50,
      originalLength: 1000,
      ipBytes: 20 + second.data.length,
      isFragment: true,
      fragmentOffset: 80,
      hasPorts: true,
      sourcePort: 5000,
      payloadLength: 0,
    });
    expect(decoder.nextReleased()).toBeUndefined();
  });

  it('without_the_first_one_they_come_back_as_packets_without_ports', () => {
    const [, second, third] = cutAt(datagram, [80, 160]) as [Cut, Cut, Cut];
    const run = new Run().take(v4(second)).take(v4(third)).finish();
    expect(run.late).toMatchObject([{ ports: undefined, protocol: 17 }, { ports: undefined }]);
    expect(run.decoder.fragments.counters).toMatchObject({ expired: 1, orphans: 2 });
    expect(run.decoder.counters.inFlows).toBe(2);
  });

  it('of_a_protocol_without_ports_they_need_not_wait', () => {
    const [first, second] = cutAt(payload, [80]) as [Cut, Cut];
    const run = new Run().take(v4(second, 7, 89)).take(v4(first, 7, 89));
    expect(run.packets).toHaveLength(2);
    expect(run.payloads).toEqual([Buffer.from(payload).toString()]);
  });

  it('of_ICMP_share_type_code_and_identifier', () => {
    const [first, second] = cutAt(icmp(8, 0, 77, 1, payload), [80]) as [Cut, Cut];
    const decoder = new Decoder();
    decoder.decode(frameOf(v4(first, 7, 1), 101));
    expect(decoder.packets[0]).toMatchObject({ hasPorts: true, icmpType: 8, icmpId: 77 });
    decoder.decode(frameOf(v4(second, 7, 1), 101));
    expect(decoder.packets[0]).toMatchObject({
      hasPorts: true,
      icmpType: 8,
      icmpId: 77,
      isReassembled: true,
      payloadLength: payload.length,
    });
  });

  it('may_carry_a_tunnel_and_be_carried_by_one', () => {
    const outer = udp(40000, 4789, concat(u32(0x08000000), u32(0x100), new Uint8Array(12), u16(0x0800), plainIpv4(payload)));
    const [a, b] = cutAt(outer, [80]) as [Cut, Cut];
    expect(new Run().take(v4(b)).take(v4(a)).packets).toMatchObject([
      { ports: [40000, 4789] },
      { tunnel: 'vxlan', payload: Buffer.from(payload).toString() },
    ]);
    const [first, second] = cutAt(datagram, [80]) as [Cut, Cut];
    const run = new Run().take(ipv4({ protocol: 4 }, v4(first))).take(ipv4({ protocol: 4 }, v4(second)));
    expect(run.packets.map((packet) => [packet.tunnel, packet.ports])).toEqual([
      [undefined, undefined],
      ['ipip', [5000, 6000]],
      [undefined, undefined],
      ['ipip', [5000, 6000]],
    ]);
    expect(run.payloads).toEqual([Buffer.from(payload).toString()]);
  });

  it('inside_a_tunnel_and_held_leave_the_outer_packet_to_be_counted', () => {
    const [first, second] = cutAt(datagram, [80]) as [Cut, Cut];
    const run = new Run().take(ipv4({ protocol: 4 }, v4(second)));
    expect(run.packets).toMatchObject([{ protocol: 4 }]);
    run.take(ipv4({ protocol: 4 }, v4(first)));
    expect(run.late).toMatchObject([{ tunnel: 'ipip', ports: [5000, 6000] }]);
  });

  it('of_different_datagrams_are_kept_apart', () => {
    const [first, second] = cutAt(datagram, [80]) as [Cut, Cut];
    const run = new Run()
      .take(v4(first, 1))
      .take(v4(second, 2))
      .take(v4(second, 1, 6))
      .take(ipv4({ protocol: 4 }, v4(second, 1)));
    expect(run.payloads).toEqual([]);
    expect(run.take(v4(second, 1)).payloads).toHaveLength(1);
  });

  it('data_that_came_first_wins_and_a_contradiction_is_counted', () => {
    const [first, second, third] = cutAt(datagram, [80, 160]) as [Cut, Cut, Cut];
    const forged = { ...second, data: second.data.map(() => 120) };
    const run = new Run().take(v4(first)).take(v4(second)).take(v4(second)).take(v4(forged)).take(v4(third));
    expect(run.payloads).toEqual([Buffer.from(payload).toString()]);
    expect(run.decoder.fragments.counters).toMatchObject({ conflicts: 1, completed: 1 });
    expect(run.packets).toHaveLength(5);
  });

  it('a_repetition_after_the_end_still_has_the_ports', () => {
    const [first, second] = cutAt(datagram, [80]) as [Cut, Cut];
    const run = new Run().take(v4(first)).take(v4(second)).take(v4(second));
    expect(run.packets.map((packet) => packet.ports)).toEqual([
      [5000, 6000],
      [5000, 6000],
      [5000, 6000],
    ]);
    expect(run.take(v4(first)).payloads).toHaveLength(2);
  });

  it('an_identification_may_be_used_again', () => {
    const other = udp(5001, 6001, text('abcdefgh'.repeat(20)));
    const run = new Run();
    for (const whole of [datagram, other]) for (const cut of cutAt(whole, [80])) run.take(v4(cut));
    expect(run.packets.map((packet) => packet.ports![0])).toEqual([5000, 5000, 5001, 5001]);
    expect(run.payloads.map((text) => text.length)).toEqual([320, 160]);
  });

  it('cut_by_the_capture_give_what_is_contiguous', () => {
    const [first, second] = cutAt(datagram, [80]) as [Cut, Cut];
    const run = new Run().take(v4(first)).take(v4(second).slice(0, 120), undefined, v4(second).length);
    expect(run.packets[1]).toMatchObject({
      payload: Buffer.from(payload)
        .toString()
        .slice(0, 72 + 100),
      payloadLength: 320,
    });
    const holed = new Run().take(v4(first).slice(0, 60), undefined, v4(first).length).take(v4(second));
    expect(holed.packets[1]).toMatchObject({
      payload: Buffer.from(payload).toString().slice(0, 32),
      payloadLength: 320,
      ports: [5000, 6000],
    });
  });

  it('a_transport_header_spread_over_several_is_read_when_whole', () => {
    const segment = tcp({ options: [1, 1, 1, 1] }, payload);
    const run = new Run();
    for (const cut of cutAt(segment, [8, 16, 24])) run.take(v4(cut, 7, 6));
    expect(run.packets.map((packet) => packet.ports)).toEqual([
      [40000, 80],
      [40000, 80],
      [40000, 80],
      [40000, 80],
    ]);
    expect(run.payloads).toEqual([Buffer.from(payload).toString()]);
  });

  it('extension_headers_in_the_fragmentable_part_are_passed_over_and_the_ports_given_late', () => {
    const whole = concat([17, 1, ...new Array<number>(14).fill(0)], udp(5000, 6000, payload, 6));
    const run = new Run();
    for (const cut of cutAt(whole, [8, 64])) run.take(v6(cut, 7, 60));
    expect(run.payloads).toEqual([Buffer.from(payload).toString()]);
    expect([...run.packets, ...run.late].map((packet) => [packet.protocol, packet.ports])).toEqual(new Array(3).fill([17, [5000, 6000]]));
  });
});

describe('hostile fragments', () => {
  const [first, second] = cutAt(datagram, [80]) as [Cut, Cut];

  it.each([
    ['data behind the greatest datagram', [v4({ offset: 65_528, data: new Uint8Array(100), more: false })], ['bad_fragment']],
    ['nothing in it', [v4({ offset: 80, data: new Uint8Array(0), more: true })], ['bad_fragment']],
    ['a middle of no multiple of eight', [v4({ offset: 80, data: new Uint8Array(9), more: true })], ['bad_fragment']],
    [
      'an end inside what has come',
      [v4({ ...first, more: true }), v4({ offset: 24, data: new Uint8Array(4), more: false })],
      ['conflicting_fragment_end'],
    ],
    ['two ends', [v4(second), v4({ ...second, data: concat(second.data, [1, 2, 3]) })], ['conflicting_fragment_end']],
    ['data behind the end', [v4(second), v4({ offset: 400, data: new Uint8Array(8), more: true })], ['conflicting_fragment_end']],
    [
      'a fragment in a fragment',
      [
        v6({ offset: 0, data: concat([17, 0], u16(1), u32(9), new Uint8Array(8)), more: true }, 7, 44),
        v6({ offset: 16, data: new Uint8Array(8), more: false }, 7, 44),
      ],
      ['bad_fragment'],
    ],
  ])('%s is refused', (_, packets, reasons) => {
    const run = new Run();
    for (const packet of packets) run.take(packet);
    run.finish();
    expect(run.reasons).toEqual(reasons);
    expect(run.packets.length + run.late.length + run.reasons.length).toBe(run.frames);
  });

  it('time_runs_by_the_packets_and_the_old_is_given_up', () => {
    const run = new Run({ timeoutSeconds: 30 }).take(v4(second), 100).take(plainIpv4(), 130);
    expect(run.late).toHaveLength(0);
    run.take(plainIpv4(), 131);
    expect(run.late).toMatchObject([{ ports: undefined }]);
    expect(run.decoder.fragments).toMatchObject({ size: 0, bytes: 0 });
  });

  it('memory_datagrams_and_waiting_ones_are_bounded_and_the_sum_stays_exact', () => {
    const limits = { bytes: 100_000, datagrams: 50, held: 30, timeoutSeconds: 60 };
    fc.assert(
      fc.property(
        fc.array(fc.record({ id: fc.nat(100), unit: fc.nat(900), size: fc.integer({ min: 0, max: 200 }), more: fc.boolean() }), {
          maxLength: 300,
        }),
        (shapes) => {
          const run = new Run(limits);
          for (const { id, unit, size, more } of shapes) {
            run.take(v4({ offset: unit * 8, data: new Uint8Array(more ? size & ~7 : size), more }, id));
            const { size: count, bytes } = run.decoder.fragments;
            expect(count).toBeLessThanOrEqual(limits.datagrams);
            expect(bytes).toBeLessThanOrEqual(limits.bytes + 65_536);
          }
          run.finish();
          expect(run.packets.length + run.late.length + run.reasons.length).toBe(shapes.length);
          expect(run.decoder.fragments).toMatchObject({ size: 0, bytes: 0 });
        },
      ),
      { numRuns: 60 },
    );
  });
});
