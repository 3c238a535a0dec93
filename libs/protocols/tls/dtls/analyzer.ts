import { hexText } from '@orbweaver/kernel/bytes/text.ts';
import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import type { DatagramAnalyzer, FlowContext, Side } from '../../sdk/analyzer.ts';
import { MessageType } from '../handshake/message-types.ts';
import { ContentType } from '../record-layer.ts';
import { Session } from '../session.ts';
import { Role } from '../stitcher.ts';
import { FragmentReader } from './fragments.ts';
import { fragmentHeaderBytes, isUnifiedHeader, readRecord, type DatagramRecord } from './records.ts';

const record: DatagramRecord = { type: 0, epoch: 0, start: 0, end: 0 };

/** Bytes by which the header of a handshake message is longer than that of TLS. */
const longerHeader = fragmentHeaderBytes - 4;

/**
 * DTLS 1.0 to 1.3 over one flow of datagrams (RFC 4347, 6347, 9147). Handshakes are those of TLS in another envelope; a ClientHello whose random value is a new
 * one begins another handshake, one that is not was only sent again.
 */
export class DtlsAnalyzer implements DatagramAnalyzer {
  readonly #flow: FlowContext;
  readonly #session: Session;
  readonly #fragments: readonly [FragmentReader, FragmentReader] = [new FragmentReader(), new FragmentReader()];
  /** The client's random value of the latest handshake. */
  #random = '';

  constructor(flow: FlowContext) {
    this.#flow = flow;
    this.#session = new Session(flow);
  }

  datagram(side: Side, bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    while (at < end) {
      if (isUnifiedHeader(bytes[at]!)) {
        this.#protectedData(side, end - at - 1);
        return;
      }
      if (!readRecord(record, bytes, at, end)) return;
      at = record.end;
      this.#record(side, record.type, record.epoch, bytes, record.start, record.end);
    }
  }

  finish(): void {
    this.#session.tell();
    for (const fragments of this.#fragments) fragments.reset();
  }

  #record(side: Side, type: number, epoch: number, bytes: Uint8Array, start: number, end: number): void {
    const role = this.#session.roleOf(side);
    if (type === ContentType.handshake && epoch === 0) this.#fragment(side, bytes, start, end);
    else if (type === ContentType.handshake || type === ContentType.changeCipherSpec) {
      const handshake = this.#session.touch();
      handshake?.changeCipher(role);
      if (type === ContentType.handshake) handshake?.encryptedMessage(role);
      this.#session.tellIfEstablished();
    } else if (type === ContentType.alert && epoch === 0 && end - start === 2) {
      this.#session.touch()?.readAlert(role, bytes[start]!, bytes[start + 1]!);
    } else if (type === ContentType.applicationData && epoch > 0) {
      this.#protectedData(side, end - start);
    }
  }

  #protectedData(side: Side, length: number): void {
    const { handshake } = this.#session;
    if (handshake === undefined) return;
    handshake.applicationData(this.#session.roleOf(side), length - longerHeader);
    if (handshake.isTls13 || handshake.established) this.#session.touch();
    this.#session.tellIfEstablished();
  }

  /** Several fragments may share a record. */
  #fragment(side: Side, bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; end - at >= fragmentHeaderBytes;) {
      const length = (bytes[at + 1]! << 16) | readU16(bytes, at + 2);
      const offset = (bytes[at + 6]! << 16) | readU16(bytes, at + 7);
      const fragmentLength = (bytes[at + 9]! << 16) | readU16(bytes, at + 10);
      const body = at + fragmentHeaderBytes;
      if (fragmentLength > end - body || offset + fragmentLength > length) return;
      const type = bytes[at]!;
      if (type === MessageType.clientHello && offset === 0) this.#beginIfNew(side, bytes, body, body + fragmentLength);
      const whole = this.#fragments[side].add(type, readU16(bytes, at + 4), length, offset, bytes, body, body + fragmentLength);
      if (whole !== undefined) this.#message(side, type, whole);
      at = body + fragmentLength;
    }
  }

  #beginIfNew(side: Side, bytes: Uint8Array, start: number, end: number): void {
    if (end - start < 34) return;
    const random = hexText(bytes, start + 2, start + 34);
    if (random === this.#random) return;
    if (this.#random !== '') for (const fragments of this.#fragments) fragments.reset();
    this.#random = random;
    this.#session.open(side, Role.client, this.#flow.now);
  }

  #message(side: Side, type: number, body: Uint8Array): void {
    // Its random value may have come in pieces.
    if (type === MessageType.clientHello) this.#beginIfNew(side, body, 0, body.length);
    const { handshake } = this.#session;
    if (type === MessageType.clientHello) handshake?.readClientHello(body, 0, body.length, 'd');
    else if (type === MessageType.serverHello && this.#random === '' && handshake === undefined) {
      this.#session.open(side, Role.server, this.#flow.now).readServerHello(body, 0, body.length);
    } else if (type === MessageType.serverHello) handshake?.readServerHello(body, 0, body.length);
    else handshake?.readMessage(this.#session.roleOf(side), type, body, 0, body.length);
    this.#session.touch();
  }
}
