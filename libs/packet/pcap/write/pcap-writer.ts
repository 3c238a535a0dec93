export interface PcapOptions {
  /** LINKTYPE_ number. */
  readonly linkType: number;
  readonly nanoseconds?: boolean;
  readonly littleEndian?: boolean;
  readonly snapLength?: number;
}

/** One frame to be written. */
export interface FrameToWrite {
  readonly bytes: Uint8Array;
  readonly seconds: number;
  readonly nanos: number;
  /** Length on the wire, if the bytes are only its beginning. */
  readonly originalLength?: number;
}

/** The header of a pcap file (draft-ietf-opsawg-pcap, section 4): 24 bytes. */
export function pcapHeader(options: PcapOptions): Uint8Array {
  const littleEndian = options.littleEndian ?? true;
  const bytes = new Uint8Array(24);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, options.nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, littleEndian);
  view.setUint16(4, 2, littleEndian);
  view.setUint16(6, 4, littleEndian);
  view.setUint32(16, options.snapLength ?? 262_144, littleEndian);
  view.setUint32(20, options.linkType, littleEndian);
  return bytes;
}

/** One record (section 5): 16 bytes and the frame. */
export function pcapRecord(frame: FrameToWrite, options: PcapOptions): Uint8Array {
  const littleEndian = options.littleEndian ?? true;
  const bytes = new Uint8Array(16 + frame.bytes.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, frame.seconds, littleEndian);
  view.setUint32(4, options.nanoseconds ? frame.nanos : Math.floor(frame.nanos / 1000), littleEndian);
  view.setUint32(8, frame.bytes.length, littleEndian);
  view.setUint32(12, frame.originalLength ?? frame.bytes.length, littleEndian);
  bytes.set(frame.bytes, 16);
  return bytes;
}

/** A whole file. */
export function writePcap(frames: Iterable<FrameToWrite>, options: PcapOptions): Uint8Array {
  const parts = [pcapHeader(options)];
  for (const frame of frames) parts.push(pcapRecord(frame, options));
  return Buffer.concat(parts);
}
