import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decoder, Verdict } from '../decoder.ts';
import { tunnelLimit } from '../packet.ts';
import { layers, layerOf } from '../registry.ts';
import { concat, ethernet, ipv4, ipv6, plainIpv4, plainIpv6, text, u16, u32, udp, type Bytes } from './build.ts';
import { decode, frameOf } from './decode.ts';

const raw = 101;
const v4 = plainIpv4();
const v6 = plainIpv6();
const frame = ethernet(0x0800, v4);
const wireless = concat([0x08, 0x01], new Uint8Array(22), [0xaa, 0xaa, 3, 0, 0, 0], u16(0x0800), v4);
const gre = (flags: number, type: number, ...rest: readonly (Bytes | readonly number[])[]): Bytes =>
  ipv4({ protocol: 47 }, concat(u16(flags), u16(type), ...rest));
const inUdp = (port: number, ...parts: readonly (Bytes | readonly number[])[]): Bytes =>
  ipv4({ protocol: 17 }, udp(49152, port, concat(...parts)));
const teredo = (packet: Bytes): Bytes => {
  const changed = Uint8Array.from(packet);
  changed.set([0x20, 0x01, 0, 0], 8);
  return changed;
};

const tunnels: readonly (readonly [name: string, packet: Bytes, tunnel: string, id: number])[] = [
  ['GRE', gre(0, 0x0800, v4), 'gre', 0],
  ['GRE with everything', gre(0xb000, 0x0800, u32(0), u32(77), u32(1), v4), 'gre', 77],
  ['GRE with a source route', gre(0x4000, 0x0800, u32(0), u16(0x0800), [0, 4], u32(1), u32(0), v4), 'gre', 0],
  ['GRE with Ethernet', gre(0x2000, 0x6558, u32(0x00beef01), frame), 'gre', 0x00beef01],
  ['GRE with MPLS', gre(0, 0x8847, u32(0x00010140), v4), 'gre', 0],
  ['GRE with Frame Relay', gre(0, 0x6559, [0x18, 0x41, 0x03, 0xcc], v4), 'gre', 0],
  ["GRE with Cisco's Frame Relay", gre(0, 0x6559, [0x18, 0x41], u16(0x0800), v4), 'gre', 0],
  ['PPTP', gre(0x3081, 0x880b, u16(v4.length + 4), u16(9), u32(1), u32(1), [0xff, 3], u16(0x0021), v4), 'gre', 9],
  ['WCCP', gre(0, 0x883e, u32(0x00010000), v4), 'gre', 0],
  ['ERSPAN I', gre(0, 0x88be, frame), 'erspan', 0],
  ['ERSPAN II', gre(0x1000, 0x88be, u32(1), u16(0x1000), u16(33), u32(0), frame), 'erspan', 33],
  ['ERSPAN III', gre(0x1000, 0x22eb, u32(1), u16(0x2000), u16(33), u32(0), u32(0), frame), 'erspan', 33],
  [
    'ERSPAN III with a platform header',
    gre(0x1000, 0x22eb, u32(1), u16(0x2000), u16(33), u32(0), u32(1), u32(0), u32(0), frame),
    'erspan',
    33,
  ],
  ['GRE in UDP', inUdp(4754, u16(0), u16(0x0800), v4), 'gre', 0],
  ['IP in IP', ipv4({ protocol: 4 }, v4), 'ipip', 0],
  ['4in6', ipv6(4, v4), 'ipip', 0],
  ['EtherIP', ipv4({ protocol: 97 }, concat([0x30, 0], frame)), 'etherip', 0],
  ['MPLS in IP', ipv4({ protocol: 137 }, concat(u32(0x00010140), v4)), 'mpls', 16],
  ['VXLAN', inUdp(4789, u32(0x08000000), u32(0x00123400), frame), 'vxlan', 0x1234],
  ['VXLAN of Linux', inUdp(8472, u32(0x08000000), u32(0x00123400), frame), 'vxlan', 0x1234],
  ['VXLAN with a group policy', inUdp(4789, u32(0x88000005), u32(0x00123400), frame), 'vxlan', 0x1234],
  ['VXLAN behind any port', inUdp(12345, u32(0x08000000), u32(0x00123400), frame), 'vxlan', 0x1234],
  ['VXLAN-GPE', inUdp(4790, u32(0x0c000001), u32(0x00123400), v4), 'vxlan', 0x1234],
  ['VXLAN-GPE with Ethernet', inUdp(4790, u32(0x0c000003), u32(0x00123400), frame), 'vxlan', 0x1234],
  ['Geneve', inUdp(6081, u16(0), u16(0x6558), u32(0x00123400), frame), 'geneve', 0x1234],
  ['Geneve with options', inUdp(6081, u16(0x0240), u16(0x6558), u32(0x00123400), u32(1), u32(2), frame), 'geneve', 0x1234],
  ['Geneve with IP', inUdp(6081, u16(0), u16(0x0800), u32(0x00123400), v4), 'geneve', 0x1234],
  ['Geneve behind any port', inUdp(12345, u16(0), u16(0x6558), u32(0x00123400), frame), 'geneve', 0x1234],
  ['GTP-U', inUdp(2152, [0x30, 0xff], u16(v4.length), u32(0xcafe), v4), 'gtp-u', 0xcafe],
  ['GTP-U with a sequence number', inUdp(2152, [0x32, 0xff], u16(v4.length + 4), u32(0xcafe), u32(0x00010000), v4), 'gtp-u', 0xcafe],
  [
    'GTP-U with extensions',
    inUdp(2152, [0x34, 0xff], u16(v4.length + 12), u32(0xcafe), u32(0x85), [1, 0x10, 9, 0x40], [1, 0, 0, 0], v4),
    'gtp-u',
    0xcafe,
  ],
  ['L2TP', inUdp(1701, u16(0x4002), u16(v4.length + 12), u16(5), u16(6), [0xff, 3], u16(0x0021), v4), 'l2tp', 6],
  ['TZSP', inUdp(37008, [1, 0], u16(1), [1], frame), 'tzsp', 0],
  ['TZSP with fields', inUdp(37008, [1, 1], u16(1), [0x0a, 1, 0xd8, 0, 0x29, 2, 0, 60, 1], frame), 'tzsp', 0],
  ['TZSP of a wireless router', inUdp(37008, [1, 0], u16(18), [1], wireless), 'tzsp', 0],
  ['AYIYA', inUdp(5072, [0x41, 0x52, 0x11, 4], u32(0), new Uint8Array(16 + 20), v4), 'ayiya', 0],
];

describe('the tunnels', () => {
  it.each(tunnels)('%s is opened', (_, packet, tunnel, id) => {
    const { packets } = decode(packet, raw);
    expect(packets).toHaveLength(2);
    expect(packets[0]!.tunnel).toBeUndefined();
    expect(packets[1]).toMatchObject({ tunnel, tunnelId: id, source: '10.0.0.1', ports: [5000, 6000], payload: 'hello', payloadLength: 5 });
  });

  it.each(tunnels)('%s cut anywhere keeps at least the outer packet once that is known', (_, packet) => {
    for (let length = 0; length < packet.length; length++) {
      const { packets, verdict } = decode(packet.slice(0, length), raw, {}, packet.length);
      if (verdict === Verdict.flow) expect(packets.length).toBeGreaterThanOrEqual(1);
      for (const inner of packets.slice(1)) expect(inner).toMatchObject({ ports: [5000, 6000], payloadLength: 5 });
    }
  });

  it('6in4_and_Teredo_carry_IPv6', () => {
    const inner = teredo(v6);
    const authentication = concat([0, 1, 2, 3], text('idval'), new Uint8Array(8), [0]);
    const origin = concat([0, 0, 0x12, 0x34], [0xf5, 0xff, 0xff, 0xfe]);
    expect(decode(ipv4({ protocol: 41 }, v6), raw).packets[1]).toMatchObject({ network: 'ipv6', tunnel: 'ipip', payload: 'hello' });
    for (const front of [new Uint8Array(0), authentication, origin, concat(authentication, origin)]) {
      expect(decode(inUdp(54321, front, inner), raw).packets[1]).toMatchObject({ network: 'ipv6', tunnel: 'teredo', payload: 'hello' });
    }
  });

  it('what_only_looks_like_a_tunnel_stays_payload', () => {
    const alike: readonly Bytes[] = [
      inUdp(4789, text('not a vxlan header, but long enough for one')),
      inUdp(4789, u32(0x08000000), u32(0x00123401), frame),
      inUdp(12345, u32(0x08000001), u32(0x00123400), frame),
      inUdp(12345, u32(0x08000000), u32(0x00123400), ethernet(0x0800, text('this is no IP packet at all, whatever it says'))),
      inUdp(6081, u16(0), u16(0x9999), u32(0), frame),
      inUdp(2152, [0x30, 0x01], u16(4), u32(0), text('echo')),
      inUdp(2152, [0x30, 0xff], u16(999), u32(0xcafe), v4),
      inUdp(2152, [0x34, 0xff], u16(v4.length + 4), u32(0xcafe), u32(0x85), [0, 0, 0, 0], v4),
      inUdp(3544, v6),
      inUdp(54321, teredo(v6).with(5, 200)),
      inUdp(1701, u16(0xc802), u16(12), u32(0), u32(0)),
      inUdp(37008, [2, 0], u16(1), [1], frame),
      inUdp(37008, [1, 4], u16(1), [1], frame),
      inUdp(37008, [1, 0], u16(2), [1], frame),
      inUdp(37008, [1, 0], u16(1), [1]),
      inUdp(37008, [1, 0], u16(1), [0x0a, 200], frame),
      inUdp(37008, [1, 0], u16(1), new Uint8Array(200)),
      gre(2, 0x0800, v4),
      gre(0, 0),
    ];
    for (const packet of alike)
      expect(decode(packet, raw)).toMatchObject({
        verdict: Verdict.flow,
        packets: [{ tunnel: undefined }],
        innerRefused: {},
        innerNotIp: 0,
      });
  });

  it('a_tunnel_is_told_by_the_destination_port_since_any_source_port_may_be_a_tunnels', () => {
    const from = (port: number, ...parts: readonly (Bytes | readonly number[])[]): Bytes =>
      ipv4({ protocol: 17 }, udp(port, 53, concat(...parts)));
    const query = concat(u16(0x0a00), [1, 0, 0, 1, 0, 0, 0, 0, 0, 0], [7], text('example'), [3], text('com'), [0, 0, 1, 0, 1]);
    for (const port of [4789, 4790, 6081, 8472, 2152]) {
      expect(decode(from(port, query), raw)).toMatchObject({ packets: [{ tunnel: undefined }], innerNotIp: 0 });
    }
    expect(decode(from(4790, u32(0x0c000001), u32(0x00123400), v4), raw).packets).toHaveLength(1);
    expect(decode(from(1701, u16(0x4002), u16(v4.length + 12), u16(5), u16(6), [0xff, 3], u16(0x0021), v4), raw).packets).toHaveLength(2);
    // What is beyond doubt is opened all the same.
    expect(decode(from(6081, u16(0), u16(0x6558), u32(0x00123400), frame), raw).packets[1]).toMatchObject({ tunnel: 'geneve' });
  });

  it('a_mirrored_frame_right_behind_Ethernet_is_the_frame', () => {
    const second = concat(u16(0x1000), u16(33), u32(0), frame);
    const third = concat(u16(0x2000), u16(33), u32(0), u32(1), u32(0), u32(0), frame);
    for (const outer of [ethernet(0x88be, second), ethernet(0x22eb, third)]) {
      const { packets } = decode(outer);
      expect(packets).toHaveLength(1);
      expect(packets[0]).toMatchObject({ tunnel: undefined, source: '10.0.0.1', payload: 'hello' });
      for (let length = 14; length < 34; length++) expect(decode(outer.slice(0, length)).verdict).toBe(Verdict.refused);
    }
  });

  it('of_a_bad_inner_packet_the_outer_one_remains_and_the_inner_one_is_counted', () => {
    expect(decode(gre(0, 0x0800, v4.with(0, 0x65)), raw)).toMatchObject({
      packets: [{ protocol: 47 }],
      innerRefused: { bad_ip_version: 1 },
      reason: '',
    });
    expect(decode(gre(0, 0x88cc, text('lldp')), raw)).toMatchObject({ packets: [{ protocol: 47 }], innerNotIp: 1, verdict: Verdict.flow });
  });

  it('tunnels_in_tunnels_are_opened_to_a_bound_and_counted_beyond', () => {
    const nested = (depth: number): Bytes => (depth === 0 ? v4 : ipv4({ protocol: 4 }, nested(depth - 1)));
    expect(decode(nested(3), raw).packets.map((packet) => packet.tunnel)).toEqual([undefined, 'ipip', 'ipip', 'ipip']);
    const decoder = new Decoder();
    expect(decoder.decode(frameOf(nested(tunnelLimit + 5), raw))).toBe(tunnelLimit + 1);
    expect(decoder.tunnelsTooDeep).toBe(1);
  });

  it('each_packet_knows_the_one_that_carries_it_and_its_own_frame', () => {
    const decoder = new Decoder();
    decoder.decode(frameOf(ethernet(0x0800, inUdp(4789, u32(0x08000000), u32(0x00123400), frame))));
    const [outer, inner] = decoder.packets;
    expect([outer!.parent, inner!.parent]).toEqual([-1, 0]);
    expect(inner!.originalLength).toBe(frame.length);
    expect([outer!.tunnelKey, inner!.tunnelKey]).toEqual([0, 0x1234]);
  });
});

describe('whatever the bytes', () => {
  it('every_frame_is_one_of_three_things_and_nothing_is_read_behind_its_end', () => {
    const seeds = [...tunnels.map(([, packet]) => packet), ethernet(0x0800, v4), ethernet(0x86dd, v6)];
    const linkTypes = Array.from({ length: 300 }, (_, i) => i).filter((linkType) => layerOf[linkType] !== 0);
    const damage = fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 6 });
    fc.assert(
      fc.property(
        fc.constantFrom(...linkTypes),
        fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(...seeds)),
        damage,
        fc.boolean(),
        (linkType, bytes, hits, verify) => {
          const damaged = Uint8Array.from(bytes);
          for (const [at, value] of hits) if (at < damaged.length) damaged[at] = value;
          const run = (tail: number): string => {
            // What is behind the frame must make no difference.
            const buffer = new Uint8Array(damaged.length + 64).fill(tail);
            buffer.set(damaged);
            const one = frameOf(buffer, linkType, damaged.length);
            one.end = damaged.length;
            const decoder = new Decoder({ verifyChecksums: verify });
            const count = decoder.decode(one);
            expect(count > 0 || decoder.verdict !== Verdict.flow || decoder.fragments.size > 0).toBe(true);
            const told = decoder.packets.slice(0, count).map((packet) => ({ ...packet, bytes: undefined, frameBytes: undefined }));
            for (const packet of told) {
              if (packet.isReassembled) continue;
              expect(packet.payloadStart <= packet.payloadEnd && packet.payloadEnd <= damaged.length).toBe(true);
              expect(packet.payloadLength).toBeGreaterThanOrEqual(packet.payloadEnd - packet.payloadStart);
            }
            return JSON.stringify([count, decoder.verdict, decoder.refusal, decoder.notIpKey, told]);
          };
          expect(run(0x00)).toBe(run(0xff));
        },
      ),
      { numRuns: 3000 },
    );
    expect(layers.length).toBeGreaterThan(40);
  });
});
