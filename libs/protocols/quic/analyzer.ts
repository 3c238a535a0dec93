import { Cursor } from '@orbweaver/kernel/bytes/cursor.ts';
import { hexText } from '@orbweaver/kernel/bytes/text.ts';
import type { DatagramAnalyzer, FlowContext, Side } from '../sdk/analyzer.ts';
import { Connection } from './connection.ts';
import { LongHeader, readLongHeader, readVariable } from './long-header.ts';

/** Initial packets of one flow that may turn out not to be readable, before no more are tried: each costs a decryption. */
const maximumFailures = 32;

/** Connections of one flow that are read; a client takes a new port for the next one, or has some share it. */
export const maximumConnections = 64;

/** Of them, those at a time whose answer is waited for; past it the oldest is told without. */
export const maximumOpen = 16;

const FrameType = { padding: 0, ping: 1, ack: 2, ackWithCounts: 3, crypto: 6, connectionClose: 0x1c } as const;

const header = new LongHeader();
const cursor = new Cursor();

/**
 * QUIC over one flow of datagrams: takes the protection off the Initial packets of both sides and reads the hellos in them. Everything later is encrypted with keys
 * that the network does not know, so it is not told that a handshake succeeded, only that an Initial ended it. Connections that share the flow are told apart by their ids (RFC 9000 §5.2).
 */
export class QuicAnalyzer implements DatagramAnalyzer {
  readonly #flow: FlowContext;
  /** In the order in which they began, those that were told too: what still comes of them is not another. */
  readonly #connections: Connection[] = [];
  #failures = 0;

  constructor(flow: FlowContext) {
    this.#flow = flow;
  }

  datagram(side: Side, bytes: Uint8Array, start: number, end: number): void {
    // Packets may share a datagram (RFC 9000 §12.2); one with a short header is the last.
    for (let at = start; at < end && readLongHeader(header, bytes, at, end); at = header.end) {
      if (header.isInitial) this.#initial(side, bytes, at);
      else if (header.isRetry) this.#connectionOf(side, bytes)?.retry(side, header, bytes);
    }
  }

  finish(): void {
    for (const connection of this.#connections) connection.tell();
  }

  #initial(side: Side, bytes: Uint8Array, at: number): void {
    if (this.#failures >= maximumFailures) return;
    const known = this.#connectionOf(side, bytes);
    if (known?.isTold === true) return;
    if (known === undefined && this.#connections.length >= maximumConnections) return this.#flow.noteExchangeLimit();
    const connection = known ?? new Connection(this.#flow, this.#connections.length, side, header, bytes);
    const frames = connection.open(side, header, bytes, at);
    if (frames === undefined) {
      this.#failures++;
      return;
    }
    if (known === undefined) this.#begin(connection);
    readFrames(connection, side, frames);
  }

  #begin(connection: Connection): void {
    connection.begin();
    this.#connections.push(connection);
    const open = this.#connections.filter(({ isTold }) => !isTold);
    if (open.length <= maximumOpen) return;
    this.#flow.noteExchangeLimit();
    open[0]!.tell();
  }

  /** Of several with the same id, which can only be none at all, the last. */
  #connectionOf(side: Side, bytes: Uint8Array): Connection | undefined {
    const destination = hexText(bytes, header.destinationStart, header.destinationEnd);
    return this.#connections.findLast((connection) => connection.takes(side, destination));
  }
}

/** Frames of an Initial packet (RFC 9000 §12.4): whatever is not allowed in one ends the reading. */
function readFrames(connection: Connection, side: Side, frames: Uint8Array): void {
  const from = cursor.reset(frames);
  while (from.remaining > 0 && !from.overrun) {
    const type = from.u8();
    if (type === FrameType.padding || type === FrameType.ping) continue;
    if (type === FrameType.ack || type === FrameType.ackWithCounts) skipAcknowledgement(from, type === FrameType.ackWithCounts);
    else if (type === FrameType.crypto) {
      const offset = readVariable(from);
      const length = readVariable(from);
      const at = from.take(length);
      if (at >= 0) connection.crypto(side, offset, frames, at, at + length);
    } else {
      const code = type === FrameType.connectionClose ? readVariable(from) : -1;
      if (code >= 0 && !from.overrun) connection.close(side, code);
      return;
    }
  }
}

/** RFC 9000 §19.3: largest, delay, count of ranges, first range, then a gap and a length for each; three counts with ECN. */
function skipAcknowledgement(from: Cursor, withCounts: boolean): void {
  readVariable(from);
  readVariable(from);
  const ranges = readVariable(from);
  readVariable(from);
  for (let i = 0; i < ranges && !from.overrun; i++) {
    readVariable(from);
    readVariable(from);
  }
  for (let i = 0; withCounts && i < 3; i++) readVariable(from);
}
