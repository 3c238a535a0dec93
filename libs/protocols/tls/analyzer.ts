import { Instant } from '@orbweaver/kernel/instant.ts';
import type { FlowContext, Side, StreamAnalyzer } from '../sdk/analyzer.ts';
import { MessageReader, type MessageSink } from './handshake/message-reader.ts';
import { MessageType } from './handshake/message-types.ts';
import { ContentType, RecordReader, type RecordSink } from './record-layer.ts';
import { fillRecord } from './record.ts';
import { Ssl2Session } from './ssl2.ts';
import { Handshake, Role } from './stitcher.ts';

const alertBytes = 2;

/**
 * TLS over one stream: two sides of records, handshake messages out of those that are in the clear, one record for each handshake. The client is
 * who sends the ClientHello, whichever side opened the flow. Once a handshake is told, record headers are all that is looked at.
 */
export class TlsAnalyzer implements StreamAnalyzer, RecordSink, MessageSink {
  readonly #flow: FlowContext;
  readonly #records: readonly [RecordReader, RecordReader];
  readonly #messages: readonly [MessageReader, MessageReader];
  /** When the first byte came of what each side is sending. */
  readonly #marks = [new Instant(), new Instant()] as const;
  readonly #alert = new Uint8Array(alertBytes);
  #alertLength = 0;
  /** The side that is the client; until a hello tells, the one that opened the flow. */
  #client: number = 0;
  #handshake: Handshake | undefined;
  #ssl2: Ssl2Session | undefined;
  /** After a handshake: sides that send encrypted from then on. */
  readonly #sealed = [false, false];
  #ordinal = 0;
  #endedSides = 0;

  constructor(flow: FlowContext) {
    this.#flow = flow;
    this.#records = [new RecordReader(0, this), new RecordReader(1, this)];
    this.#messages = [new MessageReader(0, this), new MessageReader(1, this)];
  }

  data(side: Side, bytes: Uint8Array, start: number, end: number): void {
    this.#records[side].read(bytes, start, end);
  }

  gap(side: Side, length: number): void {
    this.#records[side].gap(length);
  }

  close(): void {
    // What a side that ended leaves half sent stays unread; `finish` tells the rest.
  }

  finish(): void {
    this.#tell();
    for (const messages of this.#messages) messages.reset();
  }

  recordMark(side: number): void {
    if (this.#messages[side]!.idle) this.#marks[side]!.set(this.#flow.now.seconds, this.#flow.now.nanos);
  }

  recordStarts(side: number, type: number, length: number): boolean {
    switch (type) {
      case ContentType.handshake:
        if (this.#isOpaque(side)) {
          this.#touch()?.encryptedMessage(this.#roleOf(side));
          this.#tellIfEstablished();
          return false;
        }
        this.#messages[side]!.recordStarts();
        return true;
      case ContentType.changeCipherSpec:
        this.#touch()?.changeCipher(this.#roleOf(side));
        return false;
      case ContentType.alert:
        this.#alertLength = 0;
        return length === alertBytes && this.#handshake !== undefined;
      case ContentType.applicationData:
        if (this.#handshake !== undefined) this.#applicationData(side, length);
        return false;
      default:
        return false;
    }
  }

  recordBody(side: number, type: number, bytes: Uint8Array, start: number, end: number): void {
    if (type === ContentType.handshake) this.#messages[side]!.read(bytes, start, end);
    else if (type === ContentType.alert) this.#readAlert(side, bytes, start, end);
    else this.#ssl2?.body(bytes, start, end);
  }

  ssl2RecordStarts(side: number, bytes: Uint8Array, start: number, end: number, length: number): boolean {
    this.#ssl2 ??= new Ssl2Session();
    const handshake = this.#handshake ?? this.#open(side, this.#ssl2.isServerHello(bytes, start) ? Role.server : Role.client);
    handshake.end.set(this.#flow.now.seconds, this.#flow.now.nanos);
    const wanted = this.#ssl2.begin(handshake, this.#roleOf(side), bytes, start, end, length);
    this.#tellIfEstablished();
    return wanted;
  }

  recordsMissed(side: number): void {
    if (this.#handshake !== undefined && !this.#isOpaque(side) && !this.#handshake.isTls13) this.#handshake.incomplete = true;
    this.#messages[side]!.lose();
  }

  recordsEnded(side: number): void {
    if (this.#handshake !== undefined) this.#handshake.progress[this.#roleOf(side)].seen = true;
    if (++this.#endedSides < 2 && this.#handshake !== undefined) return;
    this.#tell();
    this.#flow.abandon('tls: no record where one should be');
  }

  message(side: number, type: number, bytes: Uint8Array, start: number, end: number): void {
    if (type === MessageType.clientHello) return this.#clientHello(side, bytes, start, end);
    if (type === MessageType.serverHello) return this.#serverHello(side, bytes, start, end);
    const isCertificate = type === MessageType.certificate;
    const handshake = this.#touch() ?? (isCertificate ? this.#open(side, this.#roleOf(side)) : undefined);
    handshake?.readMessage(this.#roleOf(side), type, bytes, start, end);
  }

  messageMissed(): void {
    if (this.#handshake !== undefined) this.#handshake.incomplete = true;
  }

  #clientHello(side: number, bytes: Uint8Array, start: number, end: number): void {
    const current = this.#handshake;
    const continues = current !== undefined && side === this.#client && current.takesClientHello;
    const handshake = continues ? current : this.#reopen(side, Role.client);
    if (!handshake.readClientHello(bytes, start, end, 't')) handshake.incomplete = true;
    this.#touch();
  }

  #serverHello(side: number, bytes: Uint8Array, start: number, end: number): void {
    const current = this.#handshake;
    const isAnswer = current !== undefined && current.server === undefined && (current.client === undefined || side !== this.#client);
    const handshake = isAnswer ? current : this.#reopen(side, Role.server);
    if (!handshake.readServerHello(bytes, start, end)) handshake.incomplete = true;
    this.#touch();
  }

  #readAlert(side: number, bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end && this.#alertLength < alertBytes; at++) this.#alert[this.#alertLength++] = bytes[at]!;
    if (this.#alertLength === alertBytes) this.#touch()?.readAlert(this.#roleOf(side), this.#alert[0]!, this.#alert[1]!);
  }

  #applicationData(side: number, length: number): void {
    const handshake = this.#handshake!;
    handshake.applicationData(this.#roleOf(side), length);
    if (handshake.isTls13 || handshake.established) this.#touch();
    this.#tellIfEstablished();
  }

  /** Handshake records of this side can no longer be read. */
  #isOpaque(side: number): boolean {
    return this.#handshake === undefined ? this.#sealed[side]! : isSealed(this.#handshake, this.#roleOf(side));
  }

  #roleOf(side: number): Role {
    return side === this.#client ? Role.client : Role.server;
  }

  /** The handshake under way, which the packet at hand belongs to. */
  #touch(): Handshake | undefined {
    const handshake = this.#handshake;
    if (handshake === undefined) return undefined;
    handshake.end.set(this.#flow.now.seconds, this.#flow.now.nanos);
    return handshake;
  }

  #reopen(side: number, role: Role): Handshake {
    this.#tell();
    return this.#open(side, role);
  }

  #open(side: number, role: Role): Handshake {
    this.#client = role === Role.client ? side : 1 - side;
    this.#handshake = new Handshake(this.#marks[side]!.copy());
    this.#handshake.end.set(this.#flow.now.seconds, this.#flow.now.nanos);
    return this.#handshake;
  }

  #tellIfEstablished(): void {
    if (this.#handshake?.established === true) this.#tell();
  }

  #tell(): void {
    const handshake = this.#handshake;
    this.#handshake = undefined;
    if (handshake === undefined) return;
    for (const side of [0, 1] as const) this.#sealed[side] = isSealed(handshake, this.#roleOf(side));
    if (!handshake.tells) return;
    const record = this.#flow.newRecord('tls', this.#ordinal++, handshake.start, handshake.end);
    fillRecord(record, handshake);
    this.#flow.emit(record);
  }
}

/** In TLS 1.3 what comes as a handshake record is in the clear, ChangeCipherSpec or not (RFC 8446 D.4); before, nothing is behind one. */
function isSealed(handshake: Handshake, role: Role): boolean {
  return handshake.progress[role].changedCipher && !handshake.isTls13 && !handshake.retried;
}
