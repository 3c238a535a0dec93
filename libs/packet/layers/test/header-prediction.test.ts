import { describe, expect, it } from 'vitest';
import type { Frame } from '../../pcap/frame.ts';
import { Decoder } from '../decoder.ts';
import { Packet, TcpFlag } from '../packet.ts';
import { concat, ethernet, extension, ipv4, ipv6, tcp, text, vlan } from './build.ts';
import { frameOf } from './decode.ts';

const segment = tcp({ options: [1, 1, 1, 1] }, text('hello'));
const segment6 = tcp({ options: [1, 1, 1, 1] }, text('hello'), 6);

const address = [2, 0, 0, 0, 0, 7];

const plain: Readonly<Record<string, readonly [bytes: Uint8Array, linkType: number]>> = {
  IPv4: [ethernet(0x0800, ipv4({ protocol: 6 }, segment)), 1],
  IPv6: [ethernet(0x86dd, ipv6(6, segment6)), 1],
  'IPv4 in a VLAN': [ethernet(0x8100, vlan(7, 0x0800, ipv4({ protocol: 6 }, segment))), 1],
  'IPv6 in two VLANs': [ethernet(0x88a8, vlan(7, 0x8100, vlan(8, 0x86dd, ipv6(6, segment6)))), 1],
  'IPv4 in a cooked frame': [concat([0, 0, 0, 1, 0, 6, ...address, 0, 0, 0x08, 0x00], ipv4({ protocol: 6 }, segment)), 113],
  'IPv6 in a cooked frame without address': [concat([0, 4, 0xff, 0xfe, ...new Uint8Array(10), 0x86, 0xdd], ipv6(6, segment6)), 113],
  'IPv4 in a cooked frame of the second kind': [
    concat([0x08, 0x00, 0, 0, 0, 0, 0, 3, 0, 1, 0, 6, ...address, 0, 0], ipv4({ protocol: 6 }, segment)),
    276,
  ],
  'IPv4 by itself': [ipv4({ protocol: 6 }, segment), 101],
  'IPv6 by itself': [ipv6(6, segment6), 12],
};

const notPlain: Readonly<Record<string, Uint8Array>> = {
  'IPv4 with options': ethernet(0x0800, ipv4({ protocol: 6, options: [1, 1, 1, 0] }, segment)),
  'IPv6 with an extension header': ethernet(0x86dd, ipv6(60, concat(extension(6), segment6))),
  'three VLAN tags': ethernet(0x8100, vlan(7, 0x8100, vlan(8, 0x8100, vlan(9, 0x0800, ipv4({ protocol: 6 }, segment))))),
  'a label of MPLS': ethernet(0x8847, concat([0, 0, 0x11, 64], ipv4({ protocol: 6 }, segment))),
  'a session of PPPoE': ethernet(0x8864, concat([0x11, 0, 0, 1, 0, 2 + 20 + segment.length, 0, 0x21], ipv4({ protocol: 6 }, segment))),
  'a first fragment': ethernet(0x0800, ipv4({ protocol: 6, more: true }, tcp({}, text('abc!')))),
};

/** A decoder that has decoded and learnt this frame, and has no other known. */
function taught(bytes: Uint8Array, linkType = 1): Decoder {
  const decoder = new Decoder();
  const frame = frameOf(bytes, linkType);
  decoder.decode(frame);
  decoder.learn(frame);
  return decoder;
}

/** All that a decoder says of a frame. */
function told(decoder: Decoder, frame: Frame): object {
  const count = decoder.decode(frame);
  const packets = decoder.packets.slice(0, count).map((packet) => ({
    ...packet,
    bytes: packet.bytes === frame.bytes,
    frameBytes: packet.frameBytes === frame.bytes,
    vlans: [...packet.vlans.subarray(0, packet.vlanCount)],
    source: [...packet.source],
    destination: [...packet.destination],
  }));
  return { packets, verdict: decoder.verdict, refusal: packets.length > 0 ? -1 : decoder.refusal };
}

/** The frame at another place in another buffer. */
function moved(bytes: Uint8Array, linkType: number, captured = bytes.length, originalLength = bytes.length): Frame {
  const frame = frameOf(concat(text('before'), bytes, text('behind')), linkType, originalLength);
  frame.start = 6;
  frame.end = 6 + captured;
  return frame;
}

describe('headers that are known', () => {
  for (const [name, [bytes, linkType]] of Object.entries(plain)) {
    it(`of ${name}: a packet is decoded as layer by layer, whatever byte differs`, () => {
      const headers = bytes.length - 'hello'.length;
      let predicted = 0;
      for (let at = 0; at < headers; at++) {
        for (const flip of [1, 2, 4, 8, 16, 32, 64, 128, 0xff]) {
          const other = bytes.slice();
          other[at]! ^= flip;
          const decoder = taught(bytes, linkType);
          expect(told(decoder, moved(other, linkType)), `byte ${at} ^ ${flip}`).toEqual(told(new Decoder(), moved(other, linkType)));
          if (decoder.known !== undefined) predicted++;
        }
      }
      // Sequence and acknowledgment number, flags but SYN, window, checksum, urgent pointer and options at least.
      expect(predicted).toBeGreaterThan(9 * (4 + 4 + 2 + 2 + 2 + 4));
    });

    it(`of ${name}: a packet is decoded as layer by layer, wherever the capture ends and whatever its length was`, () => {
      for (let captured = 0; captured <= bytes.length; captured++) {
        for (const original of [captured, bytes.length, bytes.length + 9]) {
          const frame = moved(bytes, linkType, captured, Math.max(captured, original));
          expect(told(taught(bytes, linkType), frame), `${captured} of ${original}`).toEqual(told(new Decoder(), frame));
        }
      }
    });

    it(`of ${name}: both directions are known at a time, and no third`, () => {
      const [one, other, third] = [40_000, 40_001, 40_002].map((port) => {
        const copy = bytes.slice();
        const ports = copy.length - segment.length;
        copy[ports] = port >>> 8;
        copy[ports + 1] = port & 0xff;
        return frameOf(copy, linkType);
      });
      const decoder = taught(bytes, linkType);
      decoder.decode(other!);
      decoder.learn(other!);
      const knows = (frame: Frame): boolean => (decoder.decode(frame), decoder.known !== undefined);
      expect([knows(one!), knows(other!), knows(one!), knows(third!), knows(other!)]).toEqual([true, true, true, false, true]);
      decoder.decode(third!);
      decoder.learn(third!);
      expect([knows(third!), knows(other!), knows(one!)]).toEqual([true, true, false]);
      expect(decoder.packets[0]).toMatchObject({ sourcePort: 40_000 });
    });
  }

  it.each(Object.entries(notPlain))('are not learnt of %s', (_, bytes) => {
    const decoder = taught(bytes);
    decoder.decode(frameOf(bytes));
    expect(decoder.known).toBeUndefined();
  });

  it('are of one link type', () => {
    const [bytes] = plain['IPv4 by itself']!;
    const decoder = taught(bytes, 101);
    for (const [linkType, isKnown] of [
      [12, false],
      [101, true],
    ] as const) {
      expect(decoder.decode(frameOf(bytes, linkType))).toBe(1);
      expect(decoder.known !== undefined, `${linkType}`).toBe(isKnown);
    }
  });

  it('are not learnt where checksums are verified, nor used for a SYN', () => {
    const [bytes] = plain['IPv4']!;
    const verifying = new Decoder({ verifyChecksums: true });
    verifying.decode(frameOf(bytes));
    verifying.learn(frameOf(bytes));
    expect([verifying.decode(frameOf(bytes)), verifying.known]).toEqual([1, undefined]);
    const opening = bytes.slice();
    opening[14 + 20 + 13]! |= TcpFlag.syn;
    const decoder = taught(bytes);
    expect([decoder.decode(frameOf(opening)), decoder.known]).toEqual([1, undefined]);
  });

  it('count their frames, and let fragments that nobody completes go in time', () => {
    const [bytes] = plain['IPv4']!;
    const decoder = taught(bytes);
    const fragment = ethernet(0x0800, ipv4({ protocol: 17, id: 9, offset: 8 }, text('12345678')));
    expect(decoder.decode(frameOf(fragment))).toBe(0);
    expect(decoder.decode(frameOf(bytes, 1, bytes.length, 1_700_000_000 + 3600))).toBe(1);
    expect(decoder.known).toBeDefined();
    expect(decoder.nextReleased()).toBeInstanceOf(Packet);
    expect(decoder.counters).toMatchObject({ frames: 3 });
  });
});
