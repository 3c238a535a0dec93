import { pcapHeader } from '@orbweaver/packet/pcap/write/pcap-writer.ts';

/** Makes small captures (classic pcap, Ethernet, IPv4) whose truth is known. */
const linkTypeEthernet = 1;
const epoch = Date.UTC(2026, 0, 2, 3, 4, 5) / 1000;

export class CaptureMaker {
  private readonly parts: Uint8Array[] = [pcapHeader({ linkType: linkTypeEthernet })];
  private micros = 0;
  packets = 0;

  /** One datagram. */
  udp(source: string, sourcePort: number, destination: string, destinationPort: number, payload: Buffer): this {
    const header = Buffer.alloc(8);
    header.writeUInt16BE(sourcePort, 0);
    header.writeUInt16BE(destinationPort, 2);
    header.writeUInt16BE(8 + payload.length, 4);
    return this.packet(source, destination, 17, Buffer.concat([header, payload]));
  }

  /** A whole TCP connection with one request and one response. */
  exchange(client: string, clientPort: number, server: string, serverPort: number, request: string, response: string | Buffer): this {
    const [asked, answered] = [Buffer.from(request), Buffer.from(response)];
    const up = (flags: number, sequence: number, acknowledged: number, payload = Buffer.alloc(0)) =>
      this.packet(client, server, 6, segment(clientPort, serverPort, sequence, acknowledged, flags, payload));
    const down = (flags: number, sequence: number, acknowledged: number, payload = Buffer.alloc(0)) =>
      this.packet(server, client, 6, segment(serverPort, clientPort, sequence, acknowledged, flags, payload));
    const [syn, ack, push, fin] = [0x02, 0x10, 0x18, 0x11];
    up(syn, 100, 0);
    down(syn | ack, 500, 101);
    up(ack, 101, 501);
    up(push, 101, 501, asked);
    down(push, 501, 101 + asked.length, answered);
    up(fin, 101 + asked.length, 501 + answered.length);
    down(fin, 501 + answered.length, 102 + asked.length);
    return up(ack, 102 + asked.length, 502 + answered.length);
  }

  build(): Buffer {
    return Buffer.concat(this.parts);
  }

  private packet(source: string, destination: string, protocol: number, payload: Buffer): this {
    const frame = Buffer.concat([
      Buffer.from('0242ac1100020242ac1100030800', 'hex'),
      ipHeader(source, destination, protocol, payload.length),
      payload,
    ]);
    const header = Buffer.alloc(16);
    this.micros += 1000;
    header.writeUInt32LE(epoch + Math.floor(this.micros / 1e6), 0);
    header.writeUInt32LE(this.micros % 1e6, 4);
    header.writeUInt32LE(frame.length, 8);
    header.writeUInt32LE(frame.length, 12);
    this.parts.push(header, frame);
    this.packets++;
    return this;
  }
}

/** `count` flows of one datagram each: what is in them is nobody's protocol. */
export function manyFlows(count: number): Buffer {
  const maker = new CaptureMaker();
  const payload = Buffer.from('neither one thing nor another');
  for (let i = 0; i < count; i++) maker.udp(`10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`, 40_000, '192.0.2.1', 9999, payload);
  return maker.build();
}

function ipHeader(source: string, destination: string, protocol: number, length: number): Buffer {
  const header = Buffer.alloc(20);
  header.writeUInt16BE(0x4500, 0);
  header.writeUInt16BE(20 + length, 2);
  header.writeUInt8(64, 8);
  header.writeUInt8(protocol, 9);
  Buffer.from(source.split('.').map(Number)).copy(header, 12);
  Buffer.from(destination.split('.').map(Number)).copy(header, 16);
  return header;
}

function segment(source: number, destination: number, sequence: number, acknowledged: number, flags: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(20);
  header.writeUInt16BE(source, 0);
  header.writeUInt16BE(destination, 2);
  header.writeUInt32BE(sequence, 4);
  header.writeUInt32BE(acknowledged, 8);
  header.writeUInt16BE(0x5000 | flags, 12);
  header.writeUInt16BE(65_535, 14);
  return Buffer.concat([header, payload]);
}
