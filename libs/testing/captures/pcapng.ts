/** One packet of a classic pcap file, as it stands there. */
export interface RecordedPacket {
  /** Nanoseconds since 1970. */
  readonly time: bigint;
  readonly originalLength: number;
  readonly bytes: Uint8Array;
}

/** The packets of a pcap file with nanoseconds, little-endian: what the recorder writes. */
export function readRecording(file: Buffer): RecordedPacket[] {
  if (file.readUInt32LE(0) !== 0xa1b23c4d) throw new Error('not a little-endian pcap file with nanoseconds');
  const packets: RecordedPacket[] = [];
  for (let at = 24; at + 16 <= file.length;) {
    const time = BigInt(file.readUInt32LE(at)) * 1_000_000_000n + BigInt(file.readUInt32LE(at + 4));
    const captured = file.readUInt32LE(at + 8);
    packets.push({ time, originalLength: file.readUInt32LE(at + 12), bytes: file.subarray(at + 16, at + 16 + captured) });
    at += 16 + captured;
  }
  return packets;
}

export interface CaptureDescription {
  readonly comment: string;
  readonly hardware: string;
  readonly application: string;
  readonly interfaceName: string;
}

/** A pcapng file of one section and one Ethernet interface with times in nanoseconds. */
export function writePcapng(packets: readonly RecordedPacket[], description: CaptureDescription): Buffer {
  const section = Buffer.alloc(16);
  section.writeUInt32LE(0x1a2b3c4d, 0);
  section.writeUInt16LE(1, 4);
  section.writeBigInt64LE(-1n, 8);
  const about = options([
    [1, Buffer.from(description.comment)],
    [2, Buffer.from(description.hardware)],
    [4, Buffer.from(description.application)],
  ]);
  const ethernet = Buffer.alloc(8);
  ethernet.writeUInt16LE(1, 0);
  const named = options([
    [2, Buffer.from(description.interfaceName)],
    [9, Buffer.of(9)],
  ]);
  return Buffer.concat([block(0x0a0d0d0a, section, about), block(1, ethernet, named), ...packets.map(packetBlock)]);
}

function packetBlock({ time, originalLength, bytes }: RecordedPacket): Buffer {
  const header = Buffer.alloc(20);
  header.writeUInt32LE(Number(time >> 32n), 4);
  header.writeUInt32LE(Number(time & 0xffffffffn), 8);
  header.writeUInt32LE(bytes.length, 12);
  header.writeUInt32LE(originalLength, 16);
  return block(6, header, padded(bytes));
}

function options(list: readonly (readonly [number, Uint8Array])[]): Buffer {
  const parts = list.map(([code, value]) => {
    const head = Buffer.alloc(4);
    head.writeUInt16LE(code, 0);
    head.writeUInt16LE(value.length, 2);
    return Buffer.concat([head, padded(value)]);
  });
  return Buffer.concat([...parts, Buffer.alloc(4)]);
}

const padded = (bytes: Uint8Array): Buffer => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);

function block(type: number, ...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.writeUInt32LE(type, 0);
  head.writeUInt32LE(body.length + 12, 4);
  return Buffer.concat([head, body, head.subarray(4)]);
}
