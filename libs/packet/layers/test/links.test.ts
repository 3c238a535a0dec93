import { describe, expect, it } from 'vitest';
import { Decoder, Verdict } from '../decoder.ts';
import { arp, concat, ethernet, ipv4, plainIpv4, plainIpv6, text, u16, u32, udp, vlan, type Bytes } from './build.ts';
import { decode, frameOf, macOf } from './decode.ts';

const v4 = plainIpv4();
const v6 = plainIpv6();
const snap = (type: number, payload: Bytes): Bytes => concat([0xaa, 0xaa, 3, 0, 0, 0], u16(type), payload);
const wlanHeader = (flags: number, subtype = 0): Bytes =>
  concat([0x08 | (subtype << 4), flags, 0, 0], [1, 1, 1, 1, 1, 1], [2, 2, 2, 2, 2, 2], [3, 3, 3, 3, 3, 3], [0, 0]);
const radiotap = (flags: number): Bytes => concat([0, 0, 17, 0], [3, 0, 0, 0], new Uint8Array(8), [flags]);
const nflog = (packet: Bytes): Bytes =>
  concat([2, 0, 0, 0], [8, 0, 1, 0], [0x08, 0, 0, 0], [5, 0, 10, 0, 0], [0, 0, 0], [packet.length + 4, 0, 9, 0], packet);
const nflogBigEndian = (packet: Bytes): Bytes => concat([2, 0, 0, 0], u16(8), u16(1), [8, 0, 0, 0], u16(packet.length + 4), u16(9), packet);

const links: readonly (readonly [name: string, linkType: number, frame: Bytes, vlans?: readonly number[]])[] = [
  ['ethernet', 1, ethernet(0x0800, v4)],
  ['ethernet with padding', 1, concat(ethernet(0x0800, v4), new Uint8Array(13))],
  ['802.3 with LLC and SNAP', 1, ethernet(8 + v4.length, snap(0x0800, v4))],
  ['802.3 with LLC for IP', 1, ethernet(3 + v4.length, concat([6, 6, 3], v4))],
  ['a VLAN tag', 1, ethernet(0x8100, vlan(100, 0x0800, v4)), [100]],
  ['a priority tag', 1, ethernet(0x8100, vlan(0xe000, 0x0800, v4)), []],
  ['stacked tags', 1, ethernet(0x88a8, vlan(200, 0x8100, vlan(0x6064, 0x9100, vlan(7, 0x0800, v4)))), [200, 100, 7]],
  ['an LLC frame under a tag', 1, ethernet(0x8100, vlan(5, 8 + v4.length, snap(0x0800, v4))), [5]],
  ['FabricPath', 1, ethernet(0x8903, concat([0, 0], ethernet(0x0800, v4)))],
  ['provider backbone bridging', 1, ethernet(0x88e7, concat([0, 0, 0, 9], ethernet(0x0800, v4)))],
  ['VN-Tag', 1, ethernet(0x8926, concat([0, 0, 0, 0], u16(0x0800), v4))],
  ['HSR', 1, ethernet(0x892f, concat(u16(0x1034), u16(7), u16(0x0800), v4))],
  ['R-tag', 1, ethernet(0xf1c1, concat(u16(0), u16(7), u16(0x0800), v4))],
  ['TRILL', 1, ethernet(0x22f3, concat(u16(0x0005), u16(1), u16(2), ethernet(0x0800, v4)))],
  ['TRILL with options', 1, ethernet(0x22f3, concat(u16(0x0085), u16(1), u16(2), new Uint8Array(8), ethernet(0x0800, v4)))],
  ['E-Tag', 1, ethernet(0x893f, concat(new Uint8Array(6), u16(0x0800), v4))],
  ['Cisco MetaData', 1, ethernet(0x8909, concat([1, 1, 0, 1, 0, 5], u16(0x0800), v4))],
  ['NSH', 1, ethernet(0x894f, concat([0, 2, 1, 1], u32(0x100), v4))],
  ['MPLS', 1, ethernet(0x8847, concat(u32(0x00010040), u32(0x00020140), v4))],
  ['MPLS with an Ethernet pseudowire', 1, ethernet(0x8847, concat(u32(0x00010140), ethernet(0x0800, v4)))],
  ['MPLS with a control word', 1, ethernet(0x8848, concat(u32(0x00010140), u32(0), ethernet(0x0800, v4)))],
  ['PPPoE', 1, ethernet(0x8864, concat([0x11, 0], u16(1), u16(v4.length + 2), u16(0x0021), v4))],
  ['PPPoE without Ethernet', 51, concat([0x11, 0], u16(1), u16(v4.length + 2), u16(0x0021), v4)],
  ['PPP', 9, concat([0xff, 3], u16(0x0021), v4)],
  ['PPP without address and control', 9, concat(u16(0x0021), v4)],
  ['PPP with a compressed protocol', 9, concat([0x21], v4)],
  ['PPP with a direction', 204, concat([0, 0xff, 3], u16(0x0021), v4)],
  ['PPP over a serial line', 50, concat([0xff, 3], u16(0x0021), v4)],
  ['Cisco HDLC over a serial line', 50, concat([0x0f, 0], u16(0x0800), v4)],
  ['Cisco HDLC', 104, concat([0x8f, 0], u16(0x0800), v4)],
  ['raw IP', 101, v4],
  ['raw IP under its number of old', 12, v4],
  ['raw IP under its number of OpenBSD', 14, v4],
  ['IPv4', 228, v4],
  ['loopback, little-endian', 0, concat([2, 0, 0, 0], v4)],
  ['loopback, big-endian', 0, concat([0, 0, 0, 2], v4)],
  ['loopback of OpenBSD', 108, concat([0, 0, 0, 2], v4)],
  ['Linux cooked', 113, concat(u16(0), u16(1), u16(6), [2, 0, 0, 0, 0, 1, 0, 0], u16(0x0800), v4)],
  ['Linux cooked with LLC', 113, concat(u16(0), u16(1), u16(6), new Uint8Array(8), u16(4), snap(0x0800, v4))],
  ['Linux cooked 2', 276, concat(u16(0x0800), u16(0), u32(3), u16(1), [0, 6], [2, 0, 0, 0, 0, 1, 0, 0], v4)],
  ['802.11 to an access point', 105, concat(wlanHeader(1), snap(0x0800, v4))],
  ['802.11 with quality of service', 105, concat(wlanHeader(2, 8), [0, 0], snap(0x0800, v4))],
  ['802.11 with HT control', 105, concat(wlanHeader(0x82, 8), [0, 0], u32(0), snap(0x0800, v4))],
  ['802.11 between access points', 105, concat(wlanHeader(3), [4, 4, 4, 4, 4, 4], snap(0x0800, v4))],
  ['radiotap', 127, concat(radiotap(0), wlanHeader(1), snap(0x0800, v4))],
  ['radiotap with a frame check', 127, concat(radiotap(0x10), wlanHeader(1), snap(0x0800, v4), u32(0xdeadbeef))],
  ['radiotap with padding', 127, concat(radiotap(0x20), wlanHeader(2, 8), [0, 0], [0, 0], snap(0x0800, v4))],
  [
    'radiotap with two bitmaps',
    127,
    concat([0, 0, 16, 0], [2, 0, 0, 0x80], u32(0), [0x20, 0, 0, 0], wlanHeader(1, 8), [0, 0, 0, 0], snap(0x0800, v4)),
  ],
  ['Prism', 119, concat(u32(0x44), u32(144), new Uint8Array(136), wlanHeader(1), snap(0x0800, v4))],
  ['AVS', 163, concat(u32(0x80211001), u32(64), new Uint8Array(56), wlanHeader(1), snap(0x0800, v4))],
  ['PPI', 192, concat([0, 0, 12, 0], [105, 0, 0, 0], u32(0), wlanHeader(1), snap(0x0800, v4))],
  ['NFLOG', 239, nflog(v4)],
  ['NFLOG of a big-endian machine', 239, nflogBigEndian(v4)],
  ['LLC over ATM', 100, snap(0x0800, v4)],
  ['frame relay', 107, concat([0x18, 0x41, 3, 0xcc], v4)],
  ['frame relay with SNAP', 107, concat([0x18, 0x41, 3, 0, 0x80, 0, 0, 0], u16(0x0800), v4)],
  ['frame relay of Cisco', 107, concat([0x18, 0x41], u16(0x0800), v4)],
  ['the IPsec interface', 109, concat([2, 0, 0, 0], u32(1), u32(0), v4)],
  ['the packet filter log', 117, concat([61, 2], new Uint8Array(62), v4)],
  ['FireWire', 138, concat(new Uint8Array(16), u16(0x0800), v4)],
  ['PKTAP', 258, concat([20, 0, 0, 0], [1, 0, 0, 0], [12, 0, 0, 0], new Uint8Array(8), v4)],
  ['token ring', 6, concat([0x10, 0x40], new Uint8Array(6), [0x82, 0, 0, 0, 0, 0], [2, 0], snap(0x0800, v4))],
  ['FDDI', 10, concat([0x50], new Uint8Array(12), snap(0x0800, v4))],
];

describe('the links', () => {
  it.each(links.map(([name, linkType, frame, vlans]) => ({ name, linkType, frame, vlans })))(
    '$name leads to IP',
    ({ linkType, frame, vlans }) => {
      const { packets } = decode(frame, linkType);
      expect(packets).toHaveLength(1);
      expect(packets[0]).toMatchObject({
        source: '10.0.0.1',
        destination: '10.0.0.2',
        ports: [5000, 6000],
        payload: 'hello',
        payloadLength: 5,
        ipBytes: 33,
      });
      expect(packets[0]!.vlans).toEqual(vlans ?? []);
    },
  );

  it.each(links.map(([name, linkType, frame]) => ({ name, linkType, frame })))('$name may be cut anywhere', ({ linkType, frame }) => {
    for (let length = 0; length < frame.length; length++) {
      const { packets, verdict } = decode(frame.slice(0, length), linkType, {}, frame.length);
      if (verdict === Verdict.flow) {
        expect(packets[0]).toMatchObject({ source: '10.0.0.1', ports: [5000, 6000], payloadLength: 5 });
        expect('hello'.startsWith(packets[0]!.payload)).toBe(true);
      }
    }
  });

  it.each([
    ['IPv6', 1, ethernet(0x86dd, v6)],
    ['IPv6 over raw IP', 101, v6],
    ['IPv6 by its own link type', 229, v6],
    ['IPv6 over PPP', 9, concat(u16(0x0057), v6)],
    ['IPv6 over loopback of Linux', 0, concat([10, 0, 0, 0], v6)],
    ['IPv6 over loopback of macOS', 0, concat([0, 0, 0, 30], v6)],
    ['IPv6 over MPLS', 1, ethernet(0x8847, concat(u32(0x00010140), v6))],
  ])('%s is found', (_, linkType, frame) => {
    expect(decode(frame, linkType).packets[0]).toMatchObject({
      network: 'ipv6',
      source: 'fd::1',
      destination: 'fd::2',
      ports: [5000, 6000],
      payload: 'hello',
    });
  });

  it('addresses_of_the_link_are_those_next_to_the_packet', () => {
    const macsOf = (frame: Bytes, linkType: number): (string | undefined)[] => {
      const decoder = new Decoder();
      decoder.decode(frameOf(frame, linkType));
      const packet = decoder.packets[0]!;
      return [macOf(packet, packet.sourceMac), macOf(packet, packet.destinationMac)];
    };
    const outer = (inner: Bytes): Bytes => concat([9, 9, 9, 9, 9, 9], [8, 8, 8, 8, 8, 8], u16(0x8903), [0, 0], inner);
    expect(macsOf(ethernet(0x0800, v4), 1)).toEqual(['020000000001', '020000000002']);
    expect(macsOf(outer(ethernet(0x0800, v4)), 1)).toEqual(['020000000001', '020000000002']);
    expect(macsOf(v4, 101)).toEqual([undefined, undefined]);
    expect(macsOf(concat(wlanHeader(0), snap(0x0800, v4)), 105)).toEqual(['020202020202', '010101010101']);
    expect(macsOf(concat(wlanHeader(1), snap(0x0800, v4)), 105)).toEqual(['020202020202', '030303030303']);
    expect(macsOf(concat(wlanHeader(2), snap(0x0800, v4)), 105)).toEqual(['030303030303', '010101010101']);
    expect(macsOf(concat(wlanHeader(3), [4, 4, 4, 4, 4, 4], snap(0x0800, v4)), 105)).toEqual(['040404040404', '030303030303']);
    expect(macsOf(concat(u16(0), u16(1), u16(6), [2, 0, 0, 0, 0, 1, 0, 0], u16(0x0800), v4), 113)).toEqual(['020000000001', undefined]);
  });

  it.each([
    ['LLDP', 1, ethernet(0x88cc, text('....')), 'ethertype 0x88cc'],
    ['spanning tree', 1, ethernet(38, concat([0x42, 0x42, 3], new Uint8Array(35))), 'LLC 0x0042'],
    ['Cisco discovery', 1, ethernet(40, concat([0xaa, 0xaa, 3, 0, 0, 0x0c], u16(0x2000), new Uint8Array(32))), 'LLC 0x00aa'],
    ['a beacon', 105, concat([0x80, 0], new Uint8Array(30)), '802.11 type 0 subtype 8'],
    ['an encrypted frame', 105, concat(wlanHeader(0x41), new Uint8Array(30)), '802.11 type 2 subtype 0'],
    ['a PPP link control packet', 9, concat([0xff, 3], u16(0xc021), new Uint8Array(8)), 'PPP protocol 0xc021'],
    ['netlink', 113, concat(u16(4), u16(824), u16(0), new Uint8Array(8), u16(0), new Uint8Array(20)), 'address family 16'],
    ['an unknown pseudowire', 1, ethernet(0x8847, concat(u32(0x00010140), [0xf0, 1, 2, 3])), 'MPLS payload beginning with 0xf'],
  ])('%s is not IP, and named', (_, linkType, frame, name) => {
    expect(decode(frame, linkType)).toMatchObject({ packets: [], verdict: Verdict.notIp, reason: name });
  });

  it.each([
    ['an unknown link type', 147, v4, 'unknown_link_type'],
    ['a link type beyond the numbers', 0x12345, v4, 'unknown_link_type'],
    ['an Ethernet header cut short', 1, v4.slice(0, 13), 'truncated_link_header'],
    ['a wrong PPPoE version', 1, ethernet(0x8864, concat([0x21, 0], u16(1), u16(30), u16(0x0021), v4)), 'bad_link_header'],
    ['a wrong IP version', 101, Uint8Array.of(0x55, 0), 'bad_ip_version'],
    ['labels without an end', 1, ethernet(0x8847, new Uint8Array(400)), 'too_many_layers'],
    ['tags without an end', 1, ethernet(0x8100, concat(...new Array<Bytes>(100).fill(Uint8Array.of(0, 1, 0x81, 0)))), 'too_many_layers'],
    ['a radiotap header longer than the frame', 127, Uint8Array.of(0, 0, 200, 0, 0, 0, 0, 0, 0), 'truncated_link_header'],
  ])('%s is refused', (_, linkType, frame, reason) => {
    expect(decode(frame, linkType)).toMatchObject({ packets: [], verdict: Verdict.refused, reason });
  });

  it('ARP_is_a_conversation_between_protocol_addresses', () => {
    const { packets } = decode(concat(ethernet(0x0806, arp(1)), new Uint8Array(18)));
    expect(packets).toMatchObject([{ network: 'arp', source: '10.0.0.1', destination: '10.0.0.2', ipBytes: 28, ports: undefined }]);
    expect(decode(ethernet(0x0806, arp(1).with(5, 16))).reason).toBe('bad_arp');
    expect(decode(ethernet(0x0806, arp(1)).slice(0, 30), 1, {}, 42).reason).toBe('truncated_arp');
  });

  it('more_tags_than_are_remembered_are_passed_over', () => {
    const frame = ethernet(
      0x8100,
      Array.from({ length: 12 }, (_, i) => 12 - i).reduce((inner, id) => vlan(id, id === 12 ? 0x0800 : 0x8100, inner), v4),
    );
    expect(decode(frame).packets[0]).toMatchObject({ vlans: [1, 2, 3, 4, 5, 6, 7, 8], payload: 'hello' });
  });

  it('a_frame_of_an_aggregate_stands_for_all_unless_a_tunnel_tells_them_apart', () => {
    const subframe = (inner: Bytes): Bytes =>
      concat(new Uint8Array(12), u16(inner.length + 8), snap(0x0800, inner), new Uint8Array((2 - inner.length) & 3));
    const second = ipv4({ protocol: 17 }, udp(5001, 6001, text('again')));
    const aggregate = concat(wlanHeader(2, 8), [0x80, 0], subframe(v4), subframe(second));
    expect(decode(aggregate, 105).packets.map((packet) => packet.ports)).toEqual([[5000, 6000]]);
    const tunnelled = ethernet(0x0800, ipv4({ protocol: 47 }, concat([0, 0], u16(0x8200), aggregate)));
    expect(decode(tunnelled).packets.map((packet) => [packet.tunnel, packet.payload])).toEqual([
      [undefined, expect.anything()],
      ['gre', 'hello'],
      ['gre', 'again'],
    ]);
  });
});
