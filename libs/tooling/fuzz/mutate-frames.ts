import type { Random } from '@orbweaver/protocols/sdk/conformance/random.ts';
import type { OwnFrame } from '../relations/analysis.ts';
import { mutatedBytes } from './mutate-bytes.ts';
import { ipv4Packet } from './talk.ts';

/** Frames of an input, and bytes of one. */
const frameLimit = 2000;
const frameBytesLimit = 70_000;

/** Frames with one to six faults: in their order, in their headers, in what was captured of them. */
export function mutatedFrames(frames: readonly OwnFrame[], random: Random, others: readonly OwnFrame[]): OwnFrame[] {
  let changed = [...frames];
  for (let faults = 1 + random.below(6); faults > 0 && changed.length > 0; faults--) changed = withFault(changed, random, others);
  return changed.slice(0, frameLimit);
}

function withFault(frames: OwnFrame[], random: Random, others: readonly OwnFrame[]): OwnFrame[] {
  const at = random.below(frames.length);
  const frame = frames[at]!;
  const put = (...instead: OwnFrame[]): OwnFrame[] => [...frames.slice(0, at), ...instead, ...frames.slice(at + 1)];
  switch (random.below(14)) {
    case 0:
      return put();
    case 1:
      return put(...Array.from({ length: 2 + random.below(random.below(5) === 0 ? 60 : 2) }, () => frame));
    case 2: {
      const rest = put();
      const place = Math.max(0, Math.min(rest.length, at + random.below(11) - 5));
      return [...rest.slice(0, place), frame, ...rest.slice(place)];
    }
    case 3: {
      const end = at + 2 + random.below(8);
      return [...frames.slice(0, at), ...frames.slice(at, end).reverse(), ...frames.slice(end)];
    }
    case 4:
      return put({ ...frame, bytes: frame.bytes.subarray(0, random.below(frame.bytes.length + 1)) });
    case 5:
      return put({ ...frame, originalLength: [frame.bytes.length, frame.bytes.length + 1, 0xffff, 0xffff_ffff][random.below(4)]! });
    case 6: {
      const step = [1, 20, 100, 1000, 100_000, -1, -50, -100, -100_000][random.below(9)]!;
      return frames.map((each, i) => (i < at ? each : { ...each, seconds: Math.max(0, Math.min(0xffff_ffff, each.seconds + step)) }));
    }
    case 7:
      return others.length === 0 ? frames : [...frames.slice(0, at), others[random.below(others.length)]!, ...frames.slice(at)];
    case 8:
      return put({ ...frame, bytes: tunnelled(frame.bytes, random) });
    case 9:
      return put(...fragments(frame, random));
    case 10:
      return put({ ...frame, linkType: [0, 1, 101, 105, 113, 127, 147, 228, 239, 276][random.below(10)]! });
    case 11:
      return put({ ...frame, bytes: mutatedBytes(frame.bytes, random, [], frameBytesLimit) });
    default:
      return put({ ...frame, bytes: withHeaderFault(frame.bytes, random) });
  }
}

/** A fault in the first headers, where lengths, flags and protocols stand. */
function withHeaderFault(bytes: Uint8Array, random: Random): Uint8Array {
  const head = Math.min(bytes.length, 14 + random.below(80));
  return Buffer.concat([mutatedBytes(bytes.subarray(0, head), random, [], frameBytesLimit), bytes.subarray(head)]);
}

/** An Ethernet frame inside one to twelve tunnels: GRE, VXLAN or IP in IP. */
function tunnelled(bytes: Uint8Array, random: Random): Uint8Array {
  const link = bytes.subarray(0, 14);
  let frame: Buffer = Buffer.from(bytes);
  for (let depth = 1 + random.below(random.below(4) === 0 ? 12 : 2); depth > 0; depth--) {
    let packet: Buffer;
    switch (random.below(3)) {
      case 0:
        packet = ipv4Packet(201, 202, 47, Buffer.concat([Uint8Array.of(0, 0, 0x65, 0x58), frame]));
        break;
      case 1: {
        const vxlan = Buffer.concat([Uint8Array.of(0x30, 0x39, 0x12, 0xb5, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 7, 0), frame]);
        vxlan.writeUInt16BE(vxlan.length & 0xffff, 4);
        packet = ipv4Packet(203, 204, 17, vxlan);
        break;
      }
      default:
        packet = ipv4Packet(205, 206, 4, frame.subarray(14));
    }
    frame = Buffer.concat([link.subarray(0, 12), Uint8Array.of(8, 0), packet]);
  }
  return frame.subarray(0, frameBytesLimit);
}

/** An IPv4 packet on Ethernet in fragments: some lost, some overlapping, in any order. */
function fragments(frame: OwnFrame, random: Random): OwnFrame[] {
  const { bytes } = frame;
  if (bytes.length < 44 || bytes[12] !== 8 || bytes[14] !== 0x45) return [frame];
  const payload = bytes.subarray(34);
  const size = 8 * (1 + random.below(12));
  const parts: OwnFrame[] = [];
  for (let start = 0; start < payload.length && parts.length < 200; start += size) {
    const end = Math.min(payload.length, start + size + (random.below(6) === 0 ? 8 : 0));
    const part = Buffer.concat([bytes.subarray(0, 34), payload.subarray(start, end)]);
    part.writeUInt16BE(20 + end - start, 16);
    part.writeUInt16BE((start >> 3) | (end < payload.length ? 0x2000 : 0), 20);
    if (random.below(12) > 0) parts.push({ ...frame, bytes: part, originalLength: part.length });
  }
  return random.below(2) === 0 ? parts : parts.reverse();
}
