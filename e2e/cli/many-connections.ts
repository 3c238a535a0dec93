import { pcapHeader } from '@orbweaver/packet/pcap/write/pcap-writer.ts';

/** 2026-01-01T00:00:00Z. */
const epoch = 1_767_225_600;
/** Microseconds between two packets. */
const step = 10;
const etherLength = 14;
const ipLength = 20;
const tcpLength = 20;
const packetHeader = 16;
/** Of the server, and of the clients' net; documentation and benchmark addresses (RFC 5737, RFC 2544). */
const server = 0xc0000201;
const clients = 0xc6120000;
const ports = 32_768;
const Flag = { syn: 2, ack: 16, push: 8 } as const;

interface Phase {
  readonly fromClient: boolean;
  readonly flags: number;
  readonly sequence: number;
  readonly acknowledged: number;
  readonly payload: string;
}

const request = 'GET /orders/4711?page=2 HTTP/1.1\r\nHost: shop.example.test\r\nUser-Agent: probe/1.0\r\nAccept: */*\r\n\r\n';
const response = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello';

/** What every connection does, none going on before all others have come as far. Nobody closes. */
const phases: readonly Phase[] = [
  { fromClient: true, flags: Flag.syn, sequence: 1000, acknowledged: 0, payload: '' },
  { fromClient: false, flags: Flag.syn | Flag.ack, sequence: 5000, acknowledged: 1001, payload: '' },
  { fromClient: true, flags: Flag.ack | Flag.push, sequence: 1001, acknowledged: 5001, payload: request },
  { fromClient: false, flags: Flag.ack | Flag.push, sequence: 5001, acknowledged: 1001 + request.length, payload: response },
];

/** A pcap, in pieces, of `count` HTTP connections that are all open at a time, each with one request and its response. Checksums are left out. */
export function* manyConnections(count: number): Generator<Buffer> {
  yield Buffer.from(pcapHeader({ linkType: 1 }));
  let micros = 0;
  for (const phase of phases) {
    const frame = Buffer.concat([Buffer.alloc(packetHeader), frameOf(phase)]);
    frame.writeUInt32LE(frame.length - packetHeader, 8);
    frame.writeUInt32LE(frame.length - packetHeader, 12);
    const together = 512;
    for (let first = 0; first < count; first += together) {
      const piece = Buffer.alloc(frame.length * Math.min(together, count - first));
      for (let at = 0, i = first; at < piece.length; at += frame.length, i++) {
        frame.copy(piece, at);
        piece.writeUInt32LE(epoch + Math.floor(micros / 1e6), at);
        piece.writeUInt32LE(micros % 1e6, at + 4);
        address(piece, at + packetHeader, i, phase.fromClient);
        micros += step;
      }
      yield piece;
    }
  }
}

function frameOf({ flags, sequence, acknowledged, payload }: Phase): Buffer {
  const frame = Buffer.alloc(etherLength + ipLength + tcpLength + payload.length);
  frame.writeUInt16BE(0x0800, 12);
  const ip = etherLength;
  frame[ip] = 0x45;
  frame.writeUInt16BE(frame.length - etherLength, ip + 2);
  frame[ip + 8] = 64;
  frame[ip + 9] = 6;
  const tcp = ip + ipLength;
  frame.writeUInt32BE(sequence, tcp + 4);
  frame.writeUInt32BE(acknowledged, tcp + 8);
  frame[tcp + 12] = 0x50;
  frame[tcp + 13] = flags;
  frame.writeUInt16BE(65_535, tcp + 14);
  frame.write(payload, tcp + tcpLength, 'latin1');
  return frame;
}

/** Writes the ends of a connection into a frame. */
function address(piece: Buffer, frame: number, connection: number, fromClient: boolean): void {
  const ip = frame + etherLength;
  const tcp = ip + ipLength;
  piece.writeUInt32BE(clients + Math.floor(connection / ports), ip + (fromClient ? 12 : 16));
  piece.writeUInt32BE(server, ip + (fromClient ? 16 : 12));
  piece.writeUInt16BE(ports + (connection % ports), tcp + (fromClient ? 0 : 2));
  piece.writeUInt16BE(80, tcp + (fromClient ? 2 : 0));
}
