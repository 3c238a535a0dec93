/** One frame of a fixture: link type, time, bytes. */
export interface Frame {
  readonly linkType: number;
  readonly seconds: number;
  readonly nanos: number;
  readonly bytes: Uint8Array;
}

/**
 * The frames of a fixture, a whole pcap or pcapng in memory. A second, deliberately plain reader: the suite must not depend on the
 * product's own readers, and a fixture is ours, so anything unexpected in it throws.
 */
export function readFrames(file: Uint8Array): Frame[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  return view.getUint32(0) === 0x0a0d0d0a ? readPcapng(view, file) : readPcap(view, file);
}

const pcapMagics = new Map([
  [0xa1b2c3d4, 1000],
  [0xa1b23c4d, 1],
]);

function readPcap(view: DataView, file: Uint8Array): Frame[] {
  const little = pcapMagics.has(view.getUint32(0, true));
  const unit = pcapMagics.get(view.getUint32(0, little));
  if (unit === undefined) throw new Error('not a pcap or pcapng file');
  const linkType = view.getUint32(20, little) & 0xffff;
  const frames: Frame[] = [];
  for (let at = 24; at < file.length;) {
    const captured = view.getUint32(at + 8, little);
    const bytes = file.subarray(at + 16, at + 16 + captured);
    frames.push({ linkType, seconds: view.getUint32(at, little), nanos: view.getUint32(at + 4, little) * unit, bytes });
    at += 16 + captured;
  }
  return frames;
}

/** Section header, interface description and enhanced packet: what capture programs write today. */
function readPcapng(view: DataView, file: Uint8Array): Frame[] {
  const frames: Frame[] = [];
  let little = false;
  let interfaces: { linkType: number; unitsPerSecond: number }[] = [];
  for (let at = 0; at + 12 <= file.length;) {
    let type = view.getUint32(at, little);
    if (type === 0x0a0d0d0a) {
      little = view.getUint32(at + 8, true) === 0x1a2b3c4d;
      type = 0x0a0d0d0a;
      interfaces = [];
    }
    const length = view.getUint32(at + 4, little);
    if (length < 12) throw new Error(`pcapng block of ${length} bytes at offset ${at}`);
    if (type === 1) interfaces.push({ linkType: view.getUint16(at + 8, little), unitsPerSecond: resolution(view, at, length, little) });
    if (type === 6) {
      const { linkType, unitsPerSecond } = interfaces[view.getUint32(at + 8, little)]!;
      const time = (BigInt(view.getUint32(at + 12, little)) << 32n) | BigInt(view.getUint32(at + 16, little));
      const nanos = (time * 1_000_000_000n) / BigInt(unitsPerSecond);
      const captured = view.getUint32(at + 20, little);
      const bytes = file.subarray(at + 28, at + 28 + captured);
      frames.push({ linkType, seconds: Number(nanos / 1_000_000_000n), nanos: Number(nanos % 1_000_000_000n), bytes });
    }
    at += length;
  }
  return frames;
}

/** Option 9 (if_tsresol): 10 or 2 to the power of its value; microseconds without it. */
function resolution(view: DataView, block: number, length: number, little: boolean): number {
  for (let at = block + 16; at + 4 <= block + length - 4;) {
    const code = view.getUint16(at, little);
    const size = view.getUint16(at + 2, little);
    if (code === 0) break;
    if (code === 9) {
      const value = view.getUint8(at + 4);
      return value & 0x80 ? 2 ** (value & 0x7f) : 10 ** value;
    }
    at += 4 + ((size + 3) & ~3);
  }
  return 1e6;
}
