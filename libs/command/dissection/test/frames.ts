import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { Frame } from '@orbweaver/packet/pcap/frame.ts';
import { Dissector } from '../dissector.ts';
import type { DissectionOptions } from '../options.ts';
import type { Protocol } from '@orbweaver/protocols/sdk/module.ts';

/** One end of a conversation: the last byte of an address in 192.0.2.0/24, and a port. */
export interface End {
  readonly host: number;
  readonly port: number;
}

export const client: End = { host: 1, port: 40000 };
export const server: End = { host: 2, port: 80 };

const flagBits: Readonly<Record<string, number>> = { F: 1, S: 2, R: 4, P: 8, A: 16 };

/** Ethernet, IPv4 and `payload` of `protocol`. */
export function ipFrame(from: End, to: End, protocol: number, payload: Uint8Array): Buffer {
  const frame = Buffer.alloc(34 + payload.length);
  frame.set([2, 0, 0, 0, 0, to.host, 2, 0, 0, 0, 0, from.host, 8, 0, 0x45], 0);
  frame.writeUInt16BE(20 + payload.length, 16);
  frame.set([64, protocol], 22);
  frame.set([192, 0, 2, from.host, 192, 0, 2, to.host], 26);
  frame.set(payload, 34);
  return frame;
}

export function tcpFrame(from: End, to: End, flags: string, seq: number, ack: number, text = ''): Buffer {
  const segment = Buffer.alloc(20 + text.length);
  segment.writeUInt16BE(from.port, 0);
  segment.writeUInt16BE(to.port, 2);
  segment.writeUInt32BE(seq >>> 0, 4);
  segment.writeUInt32BE(ack >>> 0, 8);
  segment[12] = 0x50;
  segment[13] = [...flags].reduce((sum, flag) => sum | flagBits[flag]!, 0);
  segment.writeUInt16BE(65535, 14);
  segment.write(text, 20, 'latin1');
  return ipFrame(from, to, 6, segment);
}

export function udpFrame(from: End, to: End, payload: Uint8Array): Buffer {
  const datagram = Buffer.alloc(8 + payload.length);
  datagram.writeUInt16BE(from.port, 0);
  datagram.writeUInt16BE(to.port, 2);
  datagram.writeUInt16BE(datagram.length, 4);
  datagram.set(payload, 8);
  return ipFrame(from, to, 17, datagram);
}

/** A TCP conversation that keeps its own sequence numbers; each call gives the frames of one step. */
export class Talk {
  readonly #next = new Map<End, number>();
  readonly #from: End;
  readonly #to: End;

  constructor(from = client, to = server, start = 1000) {
    this.#from = from;
    this.#to = to;
    this.#next.set(from, start);
    this.#next.set(to, start + 4000);
  }

  open(): Buffer[] {
    return [this.#send(this.#from, 'S', ''), this.#send(this.#to, 'SA', ''), this.#send(this.#from, 'A', '')];
  }

  say(text: string): Buffer {
    return this.#send(this.#from, 'PA', text);
  }

  answer(text: string): Buffer {
    return this.#send(this.#to, 'PA', text);
  }

  /** Bytes of the source that the capture does not have. */
  lose(length: number): this {
    this.#next.set(this.#from, this.#next.get(this.#from)! + length);
    return this;
  }

  close(): Buffer[] {
    return [this.#send(this.#from, 'FA', ''), this.#send(this.#to, 'FA', ''), this.#send(this.#from, 'A', '')];
  }

  #send(from: End, flags: string, text: string): Buffer {
    const to = from === this.#from ? this.#to : this.#from;
    const seq = this.#next.get(from)!;
    const frame = tcpFrame(from, to, flags, seq, flags === 'S' ? 0 : this.#next.get(to)!, text);
    this.#next.set(from, (seq + text.length + (/[SF]/.test(flags) ? 1 : 0)) >>> 0);
    return frame;
  }
}

export interface Result {
  readonly records: TrafficRecord[];
  readonly flows: TrafficRecord[];
  readonly dissector: Dissector;
}

/** Dissects Ethernet frames, 1 ms apart from 2026-01-01 on, of which the first `snapLength` bytes were captured. */
export function dissect(
  frames: readonly Uint8Array[],
  options: DissectionOptions = {},
  protocols?: readonly Protocol[],
  snapLength = Infinity,
): Result {
  const records: TrafficRecord[] = [];
  const dissector = new Dissector({ emit: (record) => void records.push(record) }, options, protocols);
  feed(dissector, frames, 0, snapLength);
  while (!dissector.finish(100));
  return { records, flows: records.filter((record) => record['event.dataset'] === 'flow'), dissector };
}

/** Ethernet frames, 1 ms apart, the first one `seconds` after the beginning of 2026. */
export function feed(dissector: Dissector, frames: readonly Uint8Array[], seconds: number, snapLength = Infinity): void {
  const frame = new Frame();
  frames.forEach((bytes, i) => {
    frame.bytes = Uint8Array.from(bytes);
    frame.end = Math.min(bytes.length, snapLength);
    frame.originalLength = bytes.length;
    frame.seconds = Date.UTC(2026, 0, 1) / 1000 + seconds + Math.floor(i / 1000);
    frame.nanos = (i % 1000) * 1_000_000;
    frame.linkType = 1;
    dissector.frame(frame);
  });
}
