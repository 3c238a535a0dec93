import { describe, expect, it } from 'vitest';
import { Decoder, Verdict } from '../decoder.ts';
import { TcpFlag, type Packet } from '../packet.ts';
import {
  addresses,
  concat,
  ethernet,
  extension,
  icmp,
  icmpv6,
  ipv4,
  ipv6,
  plainIpv4,
  plainIpv6,
  tcp,
  text,
  u16,
  u32,
  udp,
  type Bytes,
} from './build.ts';
import { decode, frameOf } from './decode.ts';

const raw = 101;
const verify = { verifyChecksums: true };

function reasonOf(packet: Bytes, originalLength = packet.length): string {
  return decode(packet, raw, {}, originalLength).reason;
}

describe('IPv4', () => {
  it.each([
    ['a header cut short', plainIpv4().slice(0, 19), 100, 'truncated_ipv4_header'],
    ['options cut short', ipv4({ protocol: 17, options: [1, 1, 1, 1] }, udp(1, 2, text('x'))).slice(0, 22), 100, 'truncated_ipv4_header'],
    ['a header length below the least', plainIpv4().with(0, 0x44), undefined, 'bad_ip_header_length'],
    ['a total length below the header', ipv4({ protocol: 17, totalLength: 19 }, text('12345678')), undefined, 'bad_ip_header_length'],
    ['a total length beyond the wire', ipv4({ protocol: 17, totalLength: 500 }, text('12345678')), undefined, 'bad_ip_length'],
  ])('%s is refused', (_, packet, originalLength, reason) => {
    expect(reasonOf(packet, originalLength)).toBe(reason);
  });

  it('options_are_passed_over', () => {
    expect(decode(ipv4({ protocol: 17, options: [1, 1, 1, 1, 1, 1, 1, 0] }, udp(5000, 6000, text('x'))), raw).packets[0]).toMatchObject({
      payload: 'x',
      ipBytes: 37,
    });
  });

  it('a_total_length_of_0_is_that_of_a_frame_not_yet_segmented', () => {
    const payload = new Uint8Array(70_000).fill(97);
    const packet = ipv4({ protocol: 6, totalLength: 0 }, tcp({}, payload));
    expect(decode(packet, raw).packets[0]).toMatchObject({ payloadLength: 70_000, ipBytes: 70_040 });
  });

  it('a_protocol_without_a_decoder_is_a_flow_all_the_same', () => {
    expect(decode(ipv4({ protocol: 89 }, text('ospf')), raw)).toMatchObject({
      verdict: Verdict.flow,
      packets: [{ protocol: 89, ports: undefined, payload: 'ospf' }],
    });
    expect(decode(ipv4({ protocol: 50 }, text('esp')), raw).packets[0]).toMatchObject({ protocol: 50, payload: 'esp' });
  });

  it('behind_an_authentication_header_goes_on', () => {
    const header = concat([17, 4, 0, 0], u32(1), u32(2), new Uint8Array(12));
    expect(decode(ipv4({ protocol: 51 }, concat(header, udp(5000, 6000, text('x')))), raw).packets[0]).toMatchObject({
      protocol: 17,
      ports: [5000, 6000],
      payload: 'x',
    });
  });
});

describe('IPv6', () => {
  const inner = udp(5000, 6000, text('hello'), 6);

  it('extension_headers_are_passed_over', () => {
    const packet = ipv6(0, concat(extension(60), extension(43, 24), extension(60), extension(17), inner));
    expect(decode(packet, raw).packets[0]).toMatchObject({
      protocol: 17,
      ports: [5000, 6000],
      payload: 'hello',
      ipBytes: 40 + 8 + 8 + 24 + 8 + inner.length,
    });
  });

  it('an_atomic_fragment_is_whole', () => {
    const packet = ipv6(44, concat([17, 0], u16(0), u32(9), inner));
    expect(decode(packet, raw).packets[0]).toMatchObject({ ports: [5000, 6000], payload: 'hello' });
  });

  it('no_next_header_ends_it', () => {
    expect(decode(ipv6(59, text('rest')), raw).packets[0]).toMatchObject({ protocol: 59, payload: 'rest' });
  });

  it('a_payload_length_of_0_is_0_but_for_more_than_64_KiB', () => {
    expect(decode(concat(ipv6(59, new Uint8Array(0)), new Uint8Array(6)), raw).packets[0]).toMatchObject({ ipBytes: 40, payloadLength: 0 });
    const big = tcp({}, new Uint8Array(100_000), 6);
    expect(decode(ipv6(6, big, 0), raw).packets[0]).toMatchObject({ ipBytes: 40 + big.length, payloadLength: 100_000 });
  });

  it.each([
    ['a header cut short', plainIpv6().slice(0, 39), 100, 'truncated_ipv6_header'],
    ['a payload length beyond the wire', plainIpv6().with(5, 99), undefined, 'bad_ip_length'],
    ['an extension beyond the packet', ipv6(60, extension(17).with(1, 9)), undefined, 'bad_ipv6_extension'],
    ['an extension cut short', ipv6(60, concat(extension(17, 16), inner)).slice(0, 50), 69, 'truncated_ipv6_header'],
    ['extensions without an end', ipv6(60, concat(...new Array<Bytes>(100).fill(extension(60)))), undefined, 'too_many_layers'],
  ])('%s is refused', (_, packet, originalLength, reason) => {
    expect(reasonOf(packet, originalLength)).toBe(reason);
  });

  it('its_extension_numbers_mean_nothing_in_IPv4', () => {
    for (const protocol of [0, 43, 44, 60]) {
      expect(decode(ipv4({ protocol }, extension(17)), raw)).toMatchObject({
        verdict: Verdict.flow,
        packets: [{ protocol, ports: undefined }],
      });
    }
  });
});

describe('TCP', () => {
  it('leaves_what_reassembly_needs', () => {
    const decoder = new Decoder();
    const options = [2, 4, 5, 0xb4, 1, 3, 3, 7];
    decoder.decode(frameOf(ethernet(0x0800, ipv4({ protocol: 6 }, tcp({ flags: TcpFlag.syn, options }, text('early'))))));
    const packet = decoder.packets[0]!;
    expect(packet).toMatchObject({
      sourcePort: 40000,
      destinationPort: 80,
      tcpFlags: TcpFlag.syn,
      tcpSequence: 0x01020304,
      tcpAcknowledgment: 0x05060708,
      tcpWindow: 1024,
      hasTransport: true,
      payloadLength: 5,
    });
    expect([...packet.bytes.subarray(packet.tcpOptionsStart, packet.tcpOptionsEnd)]).toEqual(options);
    expect(Buffer.from(packet.bytes.subarray(packet.payloadStart, packet.payloadEnd)).toString()).toBe('early');
  });

  it('cut_by_the_capture_keeps_its_conversation_as_long_as_the_ports_are_there', () => {
    const packet = ipv4({ protocol: 6 }, tcp({ options: [1, 1, 1, 1] }, text('data')));
    for (let length = 20; length < packet.length; length++) {
      const decoder = new Decoder();
      const count = decoder.decode(frameOf(packet.slice(0, length), raw, packet.length));
      expect(count).toBe(length < 24 ? 0 : 1);
      if (count === 0) continue;
      expect(decoder.packets[0]).toMatchObject({
        sourcePort: 40000,
        destinationPort: 80,
        hasTransport: length >= 40,
        payloadLength: length > 32 ? 4 : 8,
      });
      expect(decoder.packets[0]!.payloadEnd).toBeLessThanOrEqual(length);
    }
  });

  it.each([
    ['shorter than its header', ipv4({ protocol: 6 }, tcp().slice(0, 19)), 'bad_tcp_length'],
    ['with an offset below the least', ipv4({ protocol: 6 }, tcp({ dataOffset: 4 })), 'bad_tcp_offset'],
    ['with an offset behind its end', ipv4({ protocol: 6 }, tcp({ dataOffset: 15 })), 'bad_tcp_offset'],
  ])('%s is refused', (_, packet, reason) => {
    expect(reasonOf(packet)).toBe(reason);
  });
});

describe('UDP', () => {
  it.each([
    ['a length below the header', ipv4({ protocol: 17 }, udp(1, 2, text('x')).with(5, 7)), 'bad_udp_length'],
    ['less than a header', ipv4({ protocol: 17 }, text('1234567')), 'bad_udp_length'],
    ['ports cut off', ipv4({ protocol: 17 }, udp(1, 2, text('x'))).slice(0, 23), 'truncated_udp_header'],
  ])('%s is refused', (_, packet, reason) => {
    expect(reasonOf(packet, 29)).toBe(reason === 'truncated_udp_header' ? reason : decode(packet, raw).reason);
    if (reason !== 'truncated_udp_header') expect(reasonOf(packet)).toBe(reason);
  });

  it('ends_where_its_length_says_and_IP_at_the_latest', () => {
    expect(decode(ipv4({ protocol: 17 }, concat(udp(1, 2, text('abc')), text('trailer'))), raw).packets[0]).toMatchObject({
      payload: 'abc',
      payloadLength: 3,
    });
    expect(decode(ipv4({ protocol: 17 }, udp(1, 2, text('abc')).with(5, 99)), raw).packets[0]).toMatchObject({
      payload: 'abc',
      payloadLength: 3,
    });
    expect(decode(ipv4({ protocol: 17 }, udp(1, 2, text('abc')).with(5, 0)), raw).packets[0]).toMatchObject({
      payload: 'abc',
      payloadLength: 3,
    });
  });

  it('of_the_light_kind_has_ports_too', () => {
    expect(decode(ipv4({ protocol: 136 }, udp(1, 2, text('abc'))), raw).packets[0]).toMatchObject({
      protocol: 136,
      ports: [1, 2],
      payload: 'abc',
    });
  });
});

describe('ICMP and SCTP', () => {
  it('an_echo_has_an_identifier_and_an_error_has_not', () => {
    const fieldsOf = (packet: Bytes): unknown[] => {
      const decoder = new Decoder();
      decoder.decode(frameOf(packet, raw));
      const { icmpType, icmpCode, icmpId, icmpSequence, payloadLength } = decoder.packets[0]!;
      return [icmpType, icmpCode, icmpId, icmpSequence, payloadLength];
    };
    expect(fieldsOf(ipv4({ protocol: 1 }, icmp(8, 0, 77, 3, text('ping'))))).toEqual([8, 0, 77, 3, 4]);
    expect(fieldsOf(ipv4({ protocol: 1 }, icmp(3, 1, 77, 3, plainIpv4())))).toEqual([3, 1, 0, 0, plainIpv4().length]);
    expect(fieldsOf(ipv6(58, icmpv6(129, 0, 77, 3, text('pong'))))).toEqual([129, 0, 77, 3, 4]);
    expect(fieldsOf(ipv6(58, icmpv6(135, 0, 77, 3, text('who?'))))).toEqual([135, 0, 0, 0, 4]);
    expect(reasonOf(ipv4({ protocol: 1 }, Uint8Array.of(8)))).toBe('truncated_icmp_header');
  });

  it('SCTP_has_ports', () => {
    const packet = ipv4({ protocol: 132 }, concat(u16(38412), u16(38413), u32(1), u32(0), text('chunk')));
    expect(decode(packet, raw).packets[0]).toMatchObject({ ports: [38412, 38413], payload: 'chunk' });
    expect(reasonOf(packet.slice(0, 22), packet.length)).toBe('truncated_sctp_header');
  });
});

describe('checksums', () => {
  const good: readonly [string, Bytes][] = [
    ['ip', plainIpv4()],
    ['tcp', ipv4({ protocol: 6 }, tcp({}, text('odd')))],
    ['tcp6', ipv6(6, tcp({}, text('even'), 6))],
    ['udp', plainIpv4(text('abc'))],
    ['udp6', ipv6(60, concat(extension(17), udp(1, 2, text('abcd'), 6)))],
    ['icmp', ipv4({ protocol: 1 }, icmp(8, 0, 1, 2, text('x')))],
    ['icmp6', ipv6(58, icmpv6(128, 0, 1, 2, text('x')))],
  ];

  it.each(good)('a_right_one_passes %s', (_, packet) => {
    expect(decode(packet, raw, verify).verdict).toBe(Verdict.flow);
  });

  it.each(good)('a_wrong_one_is_refused_only_where_asked_and_wholly_captured %s', (name, packet) => {
    const broken = Uint8Array.from(packet);
    if (name === 'ip') broken[8]! ^= 1;
    else broken[broken.length - 1]! ^= 1;
    const reason = `bad_${name.replace('6', '')}_checksum`;
    expect(decode(broken, raw, verify)).toMatchObject({ verdict: Verdict.refused, reason });
    expect(decode(broken, raw).verdict).toBe(Verdict.flow);
    if (name !== 'ip') expect(decode(broken.slice(0, -1), raw, verify, broken.length).verdict).toBe(Verdict.flow);
  });

  it('a_UDP_checksum_of_0_is_none', () => {
    const datagram = udp(1, 2, text('abc')).with(6, 0).with(7, 0);
    expect(decode(ipv4({ protocol: 17 }, datagram), raw, verify).verdict).toBe(Verdict.flow);
  });

  const station = [0xfd, 9, ...new Array<number>(14).fill(7)];
  /** Addresses behind the fixed part of a routing header. */
  const routing = (type: number, left: number, ...list: (readonly number[])[]): Uint8Array =>
    concat([17, 2 * list.length, type, left, 0, 0, 0, 0], ...list);
  const { source, destination } = addresses.v6;

  it.each([
    ['a_source_route', routing(0, 1, station, destination)],
    ['a_home_address', routing(2, 1, destination)],
    ['a_list_of_segments', routing(4, 1, destination, station)],
  ])('is_of_the_final_destination_behind %s', (_, header) => {
    const packet = ipv6(43, concat(header, udp(1, 2, text('abcd'), 6)));
    packet.set(station, 24);
    const told = decode(packet, raw, verify);
    expect(told).toMatchObject({ verdict: Verdict.flow, packets: [{ source: 'fd::1', destination: 'fd::2', ports: [1, 2] }] });
    packet[packet.length - 1]! ^= 1;
    expect(decode(packet, raw, verify)).toMatchObject({ verdict: Verdict.refused, reason: 'bad_udp_checksum' });
  });

  it('is_of_the_home_address_where_the_options_tell_one', () => {
    const options = (...list: readonly number[]): Uint8Array => concat([17, (list.length + 2) / 8 - 1], list);
    const told = (header: Uint8Array): unknown => {
      const packet = ipv6(60, concat(header, udp(1, 2, text('abcd'), 6)));
      packet.set(station, 8);
      const { verdict, packets } = decode(packet, raw, verify);
      return verdict === Verdict.flow ? packets[0]!.source : verdict;
    };
    expect(told(options(1, 2, 0, 0, 201, 16, ...source))).toBe('fd::1');
    expect(told(options(0, 0, 0, 0, 201, 16, ...source))).toBe('fd::1');
    const others = [
      options(1, 2, 0, 0, 200, 16, ...source),
      options(1, 255, 0, 0, 201, 16, ...source),
      options(201, 16, ...source.slice(0, 12)),
    ];
    expect(others.map(told)).toEqual([Verdict.refused, Verdict.refused, Verdict.refused]);
  });

  it('without_segments_left_is_of_the_destination_that_stands_in_the_header', () => {
    const packet = ipv6(43, concat(routing(0, 0, station), udp(1, 2, text('abcd'), 6)));
    expect(decode(packet, raw, verify)).toMatchObject({ verdict: Verdict.flow, packets: [{ destination: 'fd::2' }] });
  });

  it('behind_a_routing_header_with_segments_left_the_destination_is_unknown', () => {
    const packet = ipv6(43, concat(extension(17).with(3, 1), udp(1, 2, text('abcd'), 6).with(6, 1)));
    expect(decode(packet, raw, verify).verdict).toBe(Verdict.flow);
  });
});

describe('a decoder', () => {
  it('sums_up_exactly', () => {
    const decoder = new Decoder();
    const frames = [plainIpv4(), plainIpv6(), Uint8Array.of(0x55), plainIpv4().slice(0, 10)];
    for (const frame of frames) decoder.decode(frameOf(frame, raw));
    decoder.decode(frameOf(ethernet(0x88cc, text('x'))));
    const { frames: count, inFlows, notIp } = decoder.counters;
    expect([count, inFlows, notIp, decoder.counters.refusedByName()]).toEqual([5, 2, 1, { bad_ip_version: 1, truncated_ipv4_header: 1 }]);
    expect(decoder.counters.notIpByName()).toEqual([['ethertype 0x88cc', 1]]);
  });

  it('leaves_nothing_of_the_last_frame_in_the_next', () => {
    const decoder = new Decoder();
    decoder.decode(
      frameOf(ethernet(0x8100, concat(u16(5), u16(0x0800), ipv4({ protocol: 6 }, tcp({ options: [1, 1, 1, 1] }, text('x')))))),
    );
    decoder.decode(frameOf(ipv4({ protocol: 89 }, text('ospf')), raw));
    const fresh = new Decoder();
    fresh.decode(frameOf(ipv4({ protocol: 89 }, text('ospf')), raw));
    // What is behind `vlanCount` is nobody's.
    const withoutVlans = (packet: Packet): Partial<Packet> => ({ ...packet, vlans: new Uint16Array(0) });
    expect(withoutVlans(decoder.packets[0]!)).toEqual(withoutVlans(fresh.packets[0]!));
  });
});
