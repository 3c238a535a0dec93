import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { hexText } from '@orbweaver/kernel/bytes/text.ts';
import type { FlowContext, Side } from '../sdk/analyzer.ts';
import type { MessageSink } from '../tls/handshake/message-reader.ts';
import { MessageType } from '../tls/handshake/message-types.ts';
import { fatalAlert } from '../tls/names/alerts.ts';
import { Session } from '../tls/session.ts';
import { Role } from '../tls/stitcher.ts';
import { CryptoStream } from './crypto-stream.ts';
import { InitialKeys } from './initial-keys.ts';
import type { LongHeader } from './long-header.ts';
import type { QuicVersion } from './versions.ts';

/** Retries of one connection that are remembered: a hello of several packets is answered by as many. */
const maximumRetries = 8;

/** Errors that are alerts of TLS: this and its number (RFC 9001 §4.8). */
const alertBase = 0x100;

/** A connection, as far as its Initial packets tell: its ids, its keys, and the handshake in it. */
export class Connection implements MessageSink {
  readonly #flow: FlowContext;
  readonly #session: Session;
  readonly #streams: readonly [CryptoStream, CryptoStream] = [new CryptoStream(0, this), new CryptoStream(1, this)];
  readonly #clientSide: Side;
  /** Destination id of the client's first Initial. */
  readonly #initialId: string;
  readonly #clientId: string;
  #serverId: string | undefined;
  /** The ids that Retries came from, of which the client takes one. */
  readonly #retryIds: string[] = [];
  /** The version spoken last, and that of the keys. */
  #version: QuicVersion;
  /** The id that keys are made of: the first, and after a Retry the one that the server chose. */
  #keyId: Uint8Array;
  #keys: InitialKeys;
  #isClosed = false;

  /** What a client's Initial with this header would begin, the flow's `ordinal`th. */
  constructor(flow: FlowContext, ordinal: number, clientSide: Side, header: LongHeader, bytes: Uint8Array) {
    this.#flow = flow;
    this.#clientSide = clientSide;
    this.#version = header.version!;
    this.#keyId = Uint8Array.from(bytes.subarray(header.destinationStart, header.destinationEnd));
    this.#keys = new InitialKeys(this.#version, this.#keyId);
    this.#initialId = hexText(bytes, header.destinationStart, header.destinationEnd);
    this.#clientId = hexText(bytes, header.sourceStart, header.sourceEnd);
    this.#session = new Session(flow, (record) => this.#complete(record), false, ordinal);
  }

  /** Its first packet could be opened. */
  begin(): void {
    this.#session.open(this.#clientSide, Role.client, this.#flow.now);
  }

  /** Its record is written. */
  get isTold(): boolean {
    return this.#session.handshake === undefined;
  }

  /** Whether a packet to this id belongs to it: the server's name the client's id, the client's any that stood for the server. */
  takes(side: Side, destination: string): boolean {
    if (side !== this.#clientSide) return destination === this.#clientId;
    return destination === this.#initialId || destination === this.#serverId || this.#retryIds.includes(destination);
  }

  /** The frames of an Initial that it `takes`, which begins at `at`; undefined if they cannot be read. */
  open(side: Side, header: LongHeader, bytes: Uint8Array, at: number): Uint8Array | undefined {
    const version = header.version!;
    if (this.#version !== version) {
      // A server may answer in another version (RFC 9368), whose keys follow from the same id.
      this.#keys = new InitialKeys(version, this.#keyId);
      this.#version = version;
    }
    const isClient = side === this.#clientSide;
    if (isClient && this.#serverId === undefined) this.#followRetry(header, bytes);
    const frames = this.#keys.open(isClient, bytes, at, header.numberStart, header.end);
    if (frames !== undefined && !isClient) this.#serverId = hexText(bytes, header.sourceStart, header.sourceEnd);
    return frames;
  }

  /**
   * From here on the client addresses the server by the id that the Retry came from, and keys follow from that (RFC 9001 §5.2). A hello of several packets is
   * answered by as many: the client takes the first to reach it (RFC 9000 §17.2.5.2), and shows which.
   */
  retry(side: Side, header: LongHeader, bytes: Uint8Array): void {
    if (side === this.#clientSide || this.#serverId !== undefined || this.#retryIds.length === maximumRetries) return;
    this.#retryIds.push(hexText(bytes, header.sourceStart, header.sourceEnd));
    if (this.#retryIds.length === 1) this.#useKeysOf(header.version!, bytes, header.sourceStart, header.sourceEnd);
    this.#session.touch();
  }

  #followRetry(header: LongHeader, bytes: Uint8Array): void {
    const { destinationStart, destinationEnd } = header;
    const isRetried = this.#retryIds.length > 1 && this.#retryIds.includes(hexText(bytes, destinationStart, destinationEnd));
    if (isRetried) this.#useKeysOf(header.version!, bytes, destinationStart, destinationEnd);
  }

  #useKeysOf(version: QuicVersion, bytes: Uint8Array, start: number, end: number): void {
    this.#keyId = Uint8Array.from(bytes.subarray(start, end));
    this.#version = version;
    this.#keys = new InitialKeys(version, this.#keyId);
  }

  /** `[start, end)` of `bytes` stand at `offset` of what `side` says in its handshake. */
  crypto(side: Side, offset: number, bytes: Uint8Array, start: number, end: number): void {
    if (!this.isTold) this.#streams[side].add(offset, bytes, start, end);
  }

  /**
   * `side` closes it with this error in an Initial (RFC 9000 §19.19). With a handshake behind it, it would have no keys for Initials any more (RFC 9001 §4.9.1):
   * there was none.
   */
  close(side: Side, error: number): void {
    const { handshake } = this.#session;
    if (handshake === undefined) return;
    this.#isClosed = true;
    const alert = error - alertBase;
    if (alert >= 0 && alert <= 0xff) handshake.readAlert(side === this.#clientSide ? Role.client : Role.server, fatalAlert, alert);
    this.#session.touch();
    this.tell();
  }

  /** Writes its record, if that was not done, and forgets what it holds. */
  tell(): void {
    this.#session.tell();
    for (const stream of this.#streams) stream.release();
  }

  message(side: number, type: number, bytes: Uint8Array, start: number, end: number): void {
    const { handshake } = this.#session;
    if (handshake === undefined) return;
    const isClient = side === this.#clientSide;
    if (type === MessageType.clientHello && isClient) handshake.readClientHello(bytes, start, end, 'q');
    else if (type === MessageType.serverHello && !isClient) handshake.readServerHello(bytes, start, end);
    this.#flow.addProtocol('tls');
    this.#session.touch();
    if (handshake.client !== undefined && handshake.server !== undefined) this.tell();
  }

  messageMissed(): void {
    if (this.#session.handshake !== undefined) this.#session.handshake.incomplete = true;
  }

  #complete(record: TrafficRecord): void {
    if (this.#isClosed) record['tls.established'] = false;
    record['quic.version'] = this.#version.name;
    record['quic.client.initial_dcid'] = this.#initialId;
    if (this.#clientId !== '') record['quic.client.scid'] = this.#clientId;
    if (this.#serverId !== undefined && this.#serverId !== '') record['quic.server.scid'] = this.#serverId;
  }
}
