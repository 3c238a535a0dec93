import { Decoder } from '@orbweaver/packet/layers/decoder.ts';
import { Frame } from '@orbweaver/packet/pcap/frame.ts';
import { describe, expect, it } from 'vitest';
import { Order, conversationKey, conversationKeyOf, keepsOrder } from '../conversation-key.ts';
import { client, ipFrame, server, tcpFrame, udpFrame } from './frames.ts';

function keyOf(bytes: Uint8Array, linkType = 1, tellsDatagrams = true): number {
  return conversationKey(Object.assign(new Frame(), { bytes, end: bytes.length, linkType }), tellsDatagrams);
}

const request = tcpFrame(client, server, 'PA', 1, 1, 'x');

const packet = request.slice(14);

function concat(front: readonly number[], behind: Uint8Array): Uint8Array {
  return Uint8Array.of(...front, ...behind);
}

/** `bytes` with a VLAN tag. */
function tagged(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([bytes.subarray(0, 12), Buffer.from([0x81, 0, 0, 7]), bytes.subarray(12)]);
}

function overIpv6(from: number, to: number, nextHeader: number, payload: Uint8Array): Uint8Array {
  const frame = Buffer.alloc(54 + payload.length);
  frame.writeUInt16BE(0x86dd, 12);
  frame[14] = 0x60;
  frame.writeUInt16BE(payload.length, 18);
  frame[20] = nextHeader;
  frame[37] = from;
  frame[53] = to;
  frame.set(payload, 54);
  return frame;
}

/** A frame in VXLAN (RFC 7348, section 5). */
const vxlan = Buffer.concat([Uint8Array.of(8, 0, 0, 0, 0, 0, 7, 0), request]);

describe('conversationKey', () => {
  it('is_the_same_both_ways_and_another_for_another_conversation', () => {
    const key = keyOf(request);
    expect(key).toBeGreaterThanOrEqual(0);
    expect(keyOf(tcpFrame(server, client, 'A', 9, 9))).toBe(key);
    expect(keyOf(tcpFrame({ ...client, port: 40001 }, server, 'PA', 1, 1))).not.toBe(key);
    expect(keyOf(tcpFrame({ ...client, host: 3 }, server, 'PA', 1, 1))).not.toBe(key);
  });

  it('sees_through_vlan_tags_which_a_flow_may_have_or_not', () => {
    expect(keyOf(tagged(request))).toBe(keyOf(request));
    expect(keyOf(tagged(tagged(request)))).toBe(keyOf(request));
  });

  it('is_the_same_whatever_the_link_type', () => {
    const key = keyOf(request);
    expect(keyOf(packet, 101), 'IP by itself').toBe(key);
    expect(keyOf(concat([0, 0, 0, 1, 0, 6, ...new Uint8Array(8), 0x08, 0x00], packet), 113), 'a cooked frame').toBe(key);
    expect(keyOf(concat([0x08, 0x00, ...new Uint8Array(18)], packet), 276), 'a cooked frame of the second kind').toBe(key);
    const tag = [0, 7, 0x08, 0x00];
    expect(keyOf(concat([0, 0, 0, 1, 0, 6, ...new Uint8Array(8), 0x81, 0x00, ...tag], packet), 113), 'with a VLAN tag').toBe(key);
    expect(keyOf(concat([0x81, 0x00, ...new Uint8Array(18), ...tag], packet), 276), 'with a VLAN tag').toBe(key);
    for (const linkType of [101, 113, 276]) expect(keyOf(new Uint8Array(0), linkType), `nothing of ${linkType}`).toBe(Order.all);
  });

  it('reads_ipv6', () => {
    const ports = Uint8Array.of(0x9c, 0x40, 0, 80);
    const key = keyOf(overIpv6(1, 2, 6, ports));
    expect(key).toBeGreaterThanOrEqual(0);
    expect(keyOf(overIpv6(2, 1, 6, Uint8Array.of(0, 80, 0x9c, 0x40)))).toBe(key);
    const datagrams = keyOf(overIpv6(1, 2, 17, ports));
    expect(datagrams).toBeGreaterThanOrEqual(0);
    expect(datagrams).not.toBe(key);
  });

  it('is_that_of_the_decoded_packet', () => {
    const datagram = udpFrame(client, server, Uint8Array.of(1));
    const overIpv6Whole = [overIpv6(1, 2, 6, request.subarray(34)), overIpv6(1, 2, 17, datagram.subarray(34))];
    for (const bytes of [request, tagged(request), datagram, tagged(datagram), ...overIpv6Whole]) {
      const frame = Object.assign(new Frame(), { bytes, end: bytes.length, originalLength: bytes.length, linkType: 1 });
      const decoder = new Decoder();
      expect(decoder.decode(frame)).toBe(1);
      expect(conversationKeyOf(decoder.packets[0]!)).toBe(conversationKey(frame, true));
    }
  });

  it('keeps_datagrams_in_order_among_each_other', () => {
    const datagram = keyOf(udpFrame(client, server, Uint8Array.of(1)));
    expect(datagram).toBeGreaterThanOrEqual(0);
    expect(keyOf(udpFrame(server, client, Uint8Array.of(2, 3)))).toBe(datagram);
    expect(keepsOrder(datagram)).toBe(true);
    expect(keepsOrder(keyOf(request))).toBe(false);
    expect(keyOf(udpFrame(client, server, Uint8Array.of(1)), 1, false), 'not told').toBe(Order.among);
    expect(keyOf(request, 1, false)).toBe(keyOf(request));
    expect(keyOf(ipFrame(client, server, 1, new Uint8Array(8)))).toBe(Order.among);
    expect(keepsOrder(Order.among)).toBe(true);
  });

  it('tells_no_conversation_of_datagrams_that_are_read_together_or_may_be_tunnels', () => {
    expect(keyOf(udpFrame({ ...client, port: 68 }, { ...server, port: 67 }, Uint8Array.of(1))), 'DHCP').toBe(Order.among);
    expect(keyOf(udpFrame(client, { ...server, port: 4789 }, Uint8Array.of(1))), 'VXLAN').toBe(Order.among);
    expect(keyOf(udpFrame({ ...server, port: 4789 }, client, Uint8Array.of(1))), 'from the port of VXLAN').toBe(Order.among);
    expect(keyOf(udpFrame(client, server, vxlan)), 'VXLAN on another port').toBe(Order.among);
  });

  it('keeps_in_order_among_all_what_may_be_of_any_conversation', () => {
    const fragment = Uint8Array.from(request);
    fragment[20] = 0x20;
    const rest = Uint8Array.from(request);
    rest[21] = 5;
    expect(keyOf(fragment), 'first fragment').toBe(Order.all);
    expect(keyOf(rest), 'later fragment').toBe(Order.all);
    expect(keyOf(ipFrame(client, server, 47, new Uint8Array(8))), 'GRE').toBe(Order.all);
    expect(keyOf(overIpv6(1, 2, 0, new Uint8Array(8))), 'hop-by-hop options').toBe(Order.all);
    expect(keyOf(request, 127), 'another link type').toBe(Order.all);
    expect(keyOf(concat([0, 0, 0x03, 0x21, ...new Uint8Array(10), 8, 0], packet), 113), '802.11 in a cooked frame').toBe(Order.all);
    expect(keyOf(packet.with(0, 0x55), 101), 'neither version of IP').toBe(Order.all);
    const mpls = Uint8Array.from(request);
    mpls.set([0x88, 0x47], 12);
    expect(keyOf(mpls), 'MPLS').toBe(Order.all);
    for (const length of [0, 13, 14, 33, 37]) expect(keyOf(request.subarray(0, length)), `cut at ${length}`).toBe(Order.all);
  });
});
