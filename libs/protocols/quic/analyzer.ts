import { hexText } from '@orbweaver/kernel/bytes/text.ts';
import { Cursor } from '@orbweaver/kernel/bytes/cursor.ts';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import type { DatagramAnalyzer, FlowContext, Side } from '../sdk/analyzer.ts';
import type { MessageSink } from '../tls/handshake/message-reader.ts';
import { MessageType } from '../tls/handshake/message-types.ts';
import { Session } from '../tls/session.ts';
import { Role } from '../tls/stitcher.ts';
import { CryptoStream } from './crypto-stream.ts';
import { InitialKeys } from './initial-keys.ts';
import { LongHeader, readLongHeader, readVariable } from './long-header.ts';
import type { QuicVersion } from './versions.ts';

/** Initial packets of one flow that may turn out not to be readable, before no more are tried: each costs a decryption. */
const maximumFailures = 32;

/** Connections of one flow that are read; a client takes a new port for the next one. */
const maximumConnections = 64;

const FrameType = { padding: 0, ping: 1, ack: 2, ackWithCounts: 3, crypto: 6 } as const;

const header = new LongHeader();
const cursor = new Cursor();

/** A connection, as far as its Initial packets tell. */
interface Connection {
  /** The one spoken last, and that of `keys`. */
  version: QuicVersion;
  /** Destination id of the client's first Initial. */
  readonly initialId: string;
  /** The id that keys are made of: the first, and after a Retry the one that the server chose. */
  keyId: Uint8Array;
  keys: InitialKeys;
  readonly clientId: string;
  serverId: string | undefined;
  isRetried: boolean;
}

/**
 * QUIC over one flow of datagrams: takes the protection off the Initial packets of both sides and reads the hellos in them. Everything later is encrypted with keys
 * that the network does not know, so whether the handshake succeeded is not told.
 */
export class QuicAnalyzer implements DatagramAnalyzer, MessageSink {
  readonly #flow: FlowContext;
  readonly #session: Session;
  readonly #streams: readonly [CryptoStream, CryptoStream];
  #connection: Connection | undefined;
  #connections = 0;
  #failures = 0;

  constructor(flow: FlowContext) {
    this.#flow = flow;
    this.#session = new Session(flow, (record) => this.#complete(record), false);
    this.#streams = [new CryptoStream(0, this), new CryptoStream(1, this)];
  }

  datagram(side: Side, bytes: Uint8Array, start: number, end: number): void {
    // Packets may share a datagram (RFC 9000 §12.2); one with a short header is the last.
    for (let at = start; at < end && readLongHeader(header, bytes, at, end); at = header.end) {
      if (header.isInitial) this.#initial(side, bytes, at);
      else if (header.isRetry) this.#retry(side, bytes);
    }
  }

  finish(): void {
    this.#session.tell();
    for (const stream of this.#streams) stream.release();
  }

  message(side: number, type: number, bytes: Uint8Array, start: number, end: number): void {
    const { handshake } = this.#session;
    if (handshake === undefined) return;
    const isClient = this.#session.roleOf(side) === Role.client;
    if (type === MessageType.clientHello && isClient) handshake.readClientHello(bytes, start, end, 'q');
    else if (type === MessageType.serverHello && !isClient) handshake.readServerHello(bytes, start, end);
    this.#flow.addProtocol('tls');
    this.#session.touch();
    if (handshake.client !== undefined && handshake.server !== undefined) this.#session.tell();
  }

  messageMissed(): void {
    if (this.#session.handshake !== undefined) this.#session.handshake.incomplete = true;
  }

  #initial(side: Side, bytes: Uint8Array, at: number): void {
    if (this.#failures >= maximumFailures) return;
    const connection = this.#connection;
    const isOurs = connection !== undefined && this.#isOf(connection, side, bytes);
    if (isOurs && this.#session.handshake === undefined) return;
    const frames = isOurs ? this.#open(connection, side, bytes, at) : this.#begin(side, bytes, at);
    if (frames === undefined) this.#failures++;
    else this.#frames(side, frames);
  }

  /** An Initial from the server, or one from the client to an id that is known: anything else opens another connection. */
  #isOf(connection: Connection, side: Side, bytes: Uint8Array): boolean {
    if (this.#session.roleOf(side) === Role.server) return true;
    const destination = hexText(bytes, header.destinationStart, header.destinationEnd);
    const { initialId, serverId, keyId } = connection;
    return destination === initialId || destination === serverId || destination === hexText(keyId, 0, keyId.length);
  }

  #open(connection: Connection, side: Side, bytes: Uint8Array, at: number): Uint8Array | undefined {
    const version = header.version!;
    if (connection.version !== version) {
      // A server may answer in another version (RFC 9368), whose keys follow from the same id.
      connection.keys = new InitialKeys(version, connection.keyId);
      connection.version = version;
    }
    const isClient = this.#session.roleOf(side) === Role.client;
    const frames = connection.keys.open(isClient, bytes, at, header.numberStart, header.end);
    if (frames !== undefined && !isClient) connection.serverId = hexText(bytes, header.sourceStart, header.sourceEnd);
    return frames;
  }

  #begin(side: Side, bytes: Uint8Array, at: number): Uint8Array | undefined {
    if (this.#connections >= maximumConnections) return undefined;
    const version = header.version!;
    const keyId = Uint8Array.from(bytes.subarray(header.destinationStart, header.destinationEnd));
    const keys = new InitialKeys(version, keyId);
    const frames = keys.open(true, bytes, at, header.numberStart, header.end);
    if (frames === undefined) return undefined;
    this.#connections++;
    this.#session.open(side, Role.client, this.#flow.now);
    for (const stream of this.#streams) stream.release();
    const initialId = hexText(keyId, 0, keyId.length);
    const clientId = hexText(bytes, header.sourceStart, header.sourceEnd);
    this.#connection = { version, initialId, keyId, keys, clientId, serverId: undefined, isRetried: false };
    return frames;
  }

  /**
   * From here on the client addresses the server by the id that the Retry came from, and keys follow from that (RFC 9001 §5.2). A hello of two packets is
   * answered by two: the client takes the first and no other (RFC 9000 §17.2.5.2).
   */
  #retry(side: Side, bytes: Uint8Array): void {
    const connection = this.#connection;
    if (connection === undefined || this.#session.roleOf(side) === Role.client) return;
    if (connection.serverId !== undefined || connection.isRetried) return;
    connection.isRetried = true;
    connection.keyId = Uint8Array.from(bytes.subarray(header.sourceStart, header.sourceEnd));
    connection.keys = new InitialKeys(header.version!, connection.keyId);
    connection.version = header.version!;
    this.#session.touch();
  }

  /** Frames of an Initial packet (RFC 9000 §12.4): whatever is not allowed in one ends the reading. */
  #frames(side: Side, frames: Uint8Array): void {
    const from = cursor.reset(frames);
    while (from.remaining > 0 && !from.overrun) {
      const type = from.u8();
      if (type === FrameType.padding || type === FrameType.ping) continue;
      if (type === FrameType.ack || type === FrameType.ackWithCounts) skipAcknowledgement(from, type === FrameType.ackWithCounts);
      else if (type === FrameType.crypto) {
        const offset = readVariable(from);
        const length = readVariable(from);
        const at = from.take(length);
        if (at >= 0) this.#streams[side].add(offset, frames, at, at + length);
      } else return;
    }
  }

  #complete(record: TrafficRecord): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    record['quic.version'] = connection.version.name;
    record['quic.client.initial_dcid'] = connection.initialId;
    if (connection.clientId !== '') record['quic.client.scid'] = connection.clientId;
    if (connection.serverId !== undefined && connection.serverId !== '') record['quic.server.scid'] = connection.serverId;
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
