import { describe, expect, it } from 'vitest';
import type { Frame } from '../../pcap/frame.ts';
import { Decoder } from '../decoder.ts';
import { Packet, TcpFlag } from '../packet.ts';
import { concat, ethernet, extension, ipv4, ipv6, tcp, text, vlan } from './build.ts';
import { frameOf } from './decode.ts';

const segment = tcp({ options: [1, 1, 1, 1] }, text('hello'));
const segment6 = tcp({ options: [1, 1, 1, 1] }, text('hello'), 6);

const plain: Readonly<Record<string, Uint8Array>> = {
  IPv4: ethernet(0x0800, ipv4({ protocol: 6 }, segment)),
  IPv6: ethernet(0x86dd, ipv6(6, segment6)),
  'IPv4 in a VLAN': ethernet(0x8100, vlan(7, 0x0800, ipv4({ protocol: 6 }, segment))),
  'IPv6 in two VLANs': ethernet(0x88a8, vlan(7, 0x8100, vlan(8, 0x86dd, ipv6(6, segment6)))),
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
function taught(bytes: Uint8Array): Decoder {
  const decoder = new Decoder();
  const frame = frameOf(bytes);
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
function moved(bytes: Uint8Array, captured = bytes.length, originalLength = bytes.length): Frame {
  const frame = frameOf(concat(text('before'), bytes, text('behind')), 1, originalLength);
  frame.start = 6;
  frame.end = 6 + captured;
  return frame;
}

describe('headers that are known', () => {
  for (const [name, bytes] of Object.entries(plain)) {
    it(`of ${name}: a packet is decoded as layer by layer, whatever byte differs`, () => {
      const headers = bytes.length - 'hello'.length;
      let predicted = 0;
      for (let at = 0; at < headers; at++) {
        for (const flip of [1, 2, 4, 8, 16, 32, 64, 128, 0xff]) {
          const other = bytes.slice();
          other[at]! ^= flip;
          const decoder = taught(bytes);
          expect(told(decoder, moved(other)), `byte ${at} ^ ${flip}`).toEqual(told(new Decoder(), moved(other)));
          if (decoder.known !== undefined) predicted++;
        }
      }
      // Sequence and acknowledgment number, flags but SYN, window, checksum, urgent pointer and options at least.
      expect(predicted).toBeGreaterThan(9 * (4 + 4 + 2 + 2 + 2 + 4));
    });

    it(`of ${name}: a packet is decoded as layer by layer, wherever the capture ends and whatever its length was`, () => {
      for (let captured = 0; captured <= bytes.length; captured++) {
        for (const original of [captured, bytes.length, bytes.length + 9]) {
          const frame = moved(bytes, captured, Math.max(captured, original));
          expect(told(taught(bytes), frame), `${captured} of ${original}`).toEqual(told(new Decoder(), frame));
        }
      }
    });

    it(`of ${name}: both directions are known at a time, and no third`, () => {
      const [one, other, third] = [40_000, 40_001, 40_002].map((port) => {
        const copy = bytes.slice();
        const ports = copy.length - segment.length;
        copy[ports] = port >>> 8;
        copy[ports + 1] = port & 0xff;
        return frameOf(copy);
      });
      const decoder = taught(bytes);
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

  it('are not learnt where checksums are verified, nor used for a SYN', () => {
    const bytes = plain['IPv4']!;
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
    const decoder = taught(plain['IPv4']!);
    const fragment = ethernet(0x0800, ipv4({ protocol: 17, id: 9, offset: 8 }, text('12345678')));
    expect(decoder.decode(frameOf(fragment))).toBe(0);
    expect(decoder.decode(frameOf(plain['IPv4']!, 1, plain['IPv4']!.length, 1_700_000_000 + 3600))).toBe(1);
    expect(decoder.known).toBeDefined();
    expect(decoder.nextReleased()).toBeInstanceOf(Packet);
    expect(decoder.counters).toMatchObject({ frames: 3 });
  });
});
