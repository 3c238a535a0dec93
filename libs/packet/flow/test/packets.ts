import { IpProtocol, Network, Packet, TcpFlag } from '../../layers/packet.ts';
import { FlowTable, type FlowTableOptions } from '../flow-table.ts';
import type { EndReason } from '../flow-timers.ts';
import { Count, Word, countsPerFlow, wordsPerFlow } from '../flow-slab.ts';
import { flowState } from '../flow-state.ts';
import { historyText } from '../history.ts';
import { streamBytes } from '../tcp-tracker.ts';
import { defaultTimeouts } from '../timeouts.ts';

export interface Segment {
  /** Sender: the client is 192.0.2.1:40000, the server 192.0.2.2:80. */
  readonly from?: 'client' | 'server';
  /** `S`, `SA`, `A`, `F`, `R` ... */
  readonly flags: string;
  readonly seq?: number;
  readonly ack?: number;
  readonly length?: number;
  readonly window?: number;
  /** Seconds. */
  readonly at?: number;
}

const bits: Readonly<Record<string, number>> = { S: TcpFlag.syn, A: TcpFlag.ack, F: TcpFlag.fin, R: TcpFlag.rst, P: TcpFlag.psh };

export function ipv4(packet: Packet, source: number, destination: number, protocol: number, at: number): Packet {
  packet.network = Network.ipv4;
  packet.protocol = protocol;
  packet.source.set([0, 0, 0, source]);
  packet.destination.set([0, 0, 0, destination]);
  packet.seconds = Math.floor(at);
  packet.nanos = Math.round((at % 1) * 1e9);
  packet.hasPorts = true;
  packet.hasTransport = true;
  packet.originalLength = 60;
  packet.ipBytes = 40;
  return packet;
}

export function tcpPacket(segment: Segment, client = 0xc0000201, clientPort = 40000): Packet {
  const packet = new Packet();
  const isClient = segment.from !== 'server';
  const server = 0xc0000202;
  ipv4(packet, isClient ? client : server, isClient ? server : client, IpProtocol.tcp, segment.at ?? 1000);
  packet.sourcePort = isClient ? clientPort : 80;
  packet.destinationPort = isClient ? 80 : clientPort;
  packet.tcpFlags = [...segment.flags].reduce((sum, flag) => sum | bits[flag]!, 0);
  packet.tcpSequence = segment.seq ?? 0;
  packet.tcpAcknowledgment = segment.ack ?? 0;
  packet.tcpWindow = segment.window ?? 1000;
  packet.payloadLength = segment.length ?? 0;
  packet.ipBytes = 40 + packet.payloadLength;
  packet.originalLength = 54 + packet.payloadLength;
  return packet;
}

export function udpPacket(source: number, sourcePort: number, destination: number, destinationPort: number, at: number): Packet {
  const packet = ipv4(new Packet(), source, destination, IpProtocol.udp, at);
  packet.sourcePort = sourcePort;
  packet.destinationPort = destinationPort;
  return packet;
}

/** What stood in a row when its flow ended. */
export interface Ended {
  readonly reason: EndReason;
  readonly state: string | undefined;
  readonly history: string;
  readonly packets: readonly [number, number];
  readonly stream: readonly [number, number];
  readonly handshake: number;
  readonly firstSeconds: number;
}

/** A flow table that remembers what ended, and counts packets into it as the dissection does. */
export class TestTable {
  readonly ended: Ended[] = [];
  /** Flows of which another piece has begun. */
  readonly begun: number[] = [];
  readonly table: FlowTable;

  constructor(options: FlowTableOptions = {}) {
    this.table = new FlowTable((flow, reason) => {
      if (!this.table.isTold(flow)) this.ended.push(this.look(flow, reason));
    }, options);
  }

  /** Flows that last for more than `active` seconds are recorded in pieces, the records of which are among what ended; each is put off by `late` seconds. */
  static inPieces(active: number, late = 0): TestTable {
    const test: TestTable = new TestTable({
      timeouts: { ...defaultTimeouts, active },
      pieces: {
        told: (flow, since) => {
          if (since < late) return false;
          test.ended.push(test.look(flow, 'active-timeout'));
          return true;
        },
        begun: (flow) => test.begun.push(flow),
      },
    });
    return test;
  }

  take(...packets: Packet[]): this {
    for (const packet of packets) this.takeOne(packet);
    return this;
  }

  takeOne(packet: Packet): number {
    const { table } = this;
    table.advance(packet.seconds);
    let flow = table.find(packet, 0, 0, 0);
    if (flow >= 0 && packet.protocol === IpProtocol.tcp && table.tracker.isReuse(flow, table.sideOf(flow), packet)) {
      table.endEarly(flow);
      flow = -1;
    }
    if (flow < 0) flow = table.open(packet);
    table.count(flow, table.sideOf(flow), packet, packet.originalLength);
    return flow;
  }

  finish(): Ended[] {
    this.table.endSome('end-of-capture', Infinity);
    return this.ended;
  }

  look(flow: number, reason: EndReason): Ended {
    const { slab } = this.table;
    const at = flow * wordsPerFlow;
    return {
      reason,
      state: flowState(slab, flow),
      history: historyText(slab, flow),
      packets: [slab.words[at + Word.packets]!, slab.words[at + Word.packets + 1]!],
      stream: [streamBytes(slab, flow, 0), streamBytes(slab, flow, 1)],
      handshake: slab.numbers[flow * countsPerFlow + Count.handshake]!,
      firstSeconds: slab.words[at + Word.firstSeconds]!,
    };
  }
}

/** One TCP conversation, ended by the end of the capture unless it ended before. */
export function converse(...segments: Segment[]): Ended[] {
  return new TestTable().take(...segments.map((segment) => tcpPacket(segment))).finish();
}

/** SYN, SYN+ACK, ACK: the client's first byte is 101, the server's 501. */
export const opening: Segment[] = [
  { flags: 'S', seq: 100 },
  { from: 'server', flags: 'SA', seq: 500, ack: 101 },
  { flags: 'A', seq: 101, ack: 501 },
];
