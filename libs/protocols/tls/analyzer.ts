import { Instant } from '@orbweaver/kernel/instant.ts';
import type { CloseReason, FlowContext, Side, StreamAnalyzer } from '../sdk/analyzer.ts';
import type { ClearWords } from '../sdk/clear-words.ts';
import { MessageReader, type MessageSink } from './handshake/message-reader.ts';
import { MessageType } from './handshake/message-types.ts';
import { ContentType, RecordReader, type RecordSink } from './record-layer.ts';
import { Session } from './session.ts';
import { Ssl2Session } from './ssl2.ts';
import { Role, type Handshake } from './stitcher.ts';

const alertBytes = 2;

/** What came before, if anything did. */
interface Beginning {
  /** Somebody has spoken in the clear. */
  readonly clearWords?: ClearWords | undefined;
  /** Where another analyzer of the flow came to rest. */
  readonly memory?: number;
}

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
  /** Level and description of the alert at hand, as far as they have come: big-endian. */
  #alert = 0;
  #alertLength = 0;
  readonly #session: Session;
  /** A message was missed, perhaps the hello, of a handshake that has not begun. */
  #hasMissed = false;
  #ssl2: Ssl2Session | undefined;
  #endedSides = 0;
  /** Nothing is missing so far. */
  #isWhole = true;
  /** What each side said first was no TLS. */
  readonly #saidOther = [false, false];

  constructor(flow: FlowContext, { clearWords, memory }: Beginning = {}) {
    const hasBegun = memory !== undefined;
    this.#flow = flow;
    if (clearWords !== undefined) this.#saidOther[clearWords.side] = true;
    this.#session = new Session(flow);
    this.#records = [new RecordReader(0, this, hasBegun), new RecordReader(1, this, hasBegun)];
    this.#messages = [new MessageReader(0, this), new MessageReader(1, this)];
    if (hasBegun) this.#session.resume(memory);
  }

  data(side: Side, bytes: Uint8Array, start: number, end: number): void {
    this.#records[side].read(bytes, start, end);
  }

  gap(side: Side, length: number): void {
    this.#isWhole = false;
    this.#records[side].gap(length);
  }

  /** What a side that ended leaves half sent stays unread; `finish` tells the rest. */
  close(side: Side, reason: CloseReason): void {
    const { handshake } = this.#session;
    if (handshake !== undefined && side === this.#session.client && (reason === 'fin' || reason === 'rst')) handshake.isGivenUp = true;
  }

  finish(): void {
    this.#session.tell();
    for (const messages of this.#messages) messages.reset();
  }

  /** Between two records of a connection whose handshake is told. */
  rest(): number | undefined {
    const isBetween = this.#records.every((records) => records.isBetween) && this.#messages.every((messages) => messages.idle);
    return isBetween && !this.#hasMissed && !this.#saidOther.includes(true) && this.#ssl2 === undefined ? this.#session.rest() : undefined;
  }

  recordMark(side: number): void {
    if (this.#messages[side]!.idle) this.#marks[side]!.set(this.#flow.now.seconds, this.#flow.now.nanos);
  }

  recordStarts(side: number, type: number, length: number): boolean {
    switch (type) {
      case ContentType.handshake:
        if (this.#isOpaque(side)) {
          this.#session.touch()?.encryptedMessage(this.#session.roleOf(side));
          this.#session.tellIfEstablished();
          return false;
        }
        this.#messages[side]!.recordStarts();
        return true;
      case ContentType.changeCipherSpec:
        this.#session.touch()?.changeCipher(this.#session.roleOf(side));
        return false;
      case ContentType.alert:
        this.#alertLength = 0;
        return length === alertBytes && this.#session.handshake !== undefined;
      case ContentType.applicationData:
        if (this.#session.handshake !== undefined) this.#applicationData(side, length);
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
    const handshake = this.#session.handshake ?? this.#open(side, this.#ssl2.isServerHello(bytes, start) ? Role.server : Role.client);
    handshake.end.set(this.#flow.now.seconds, this.#flow.now.nanos);
    const wanted = this.#ssl2.begin(handshake, this.#session.roleOf(side), bytes, start, end, length);
    this.#session.tellIfEstablished();
    return wanted;
  }

  recordsMissed(side: number): void {
    const { handshake } = this.#session;
    if (handshake !== undefined) {
      handshake.hasHole = true;
      if (!this.#isOpaque(side) && !handshake.isTls13) handshake.incomplete = true;
    }
    this.#messages[side]!.lose();
  }

  recordsEnded(side: number, isFirst: boolean): void {
    const { handshake } = this.#session;
    // A hello of SSL 2.0 may be answered by its error message, which is not read.
    if (isFirst && this.#isWhole && this.#ssl2 === undefined) this.#saidOther[side] = true;
    if (handshake !== undefined) {
      const role = this.#session.roleOf(side);
      handshake.progress[role].seen = true;
      if (role === Role.server && this.#saidOther[side]!) handshake.hasOtherAnswer = true;
    }
    // A greeting may come before the hello that it is no answer to.
    if (++this.#endedSides < 2 && (handshake !== undefined || isFirst)) return;
    this.#session.tell();
    this.#flow.abandon('tls: no record where one should be');
  }

  message(side: number, type: number, bytes: Uint8Array, start: number, end: number): void {
    if (type === MessageType.clientHello) return this.#clientHello(side, bytes, start, end);
    if (type === MessageType.serverHello) return this.#serverHello(side, bytes, start, end);
    const isCertificate = type === MessageType.certificate;
    const handshake = this.#session.touch() ?? (isCertificate ? this.#open(side, this.#session.roleOf(side)) : undefined);
    handshake?.readMessage(this.#session.roleOf(side), type, bytes, start, end);
  }

  messageMissed(): void {
    if (this.#session.handshake === undefined) this.#hasMissed = true;
    else this.#session.handshake.incomplete = true;
  }

  #clientHello(side: number, bytes: Uint8Array, start: number, end: number): void {
    const current = this.#session.handshake;
    const continues = current !== undefined && side === this.#session.client && current.takesClientHello;
    const handshake = continues ? current : this.#open(side, Role.client);
    if (!handshake.readClientHello(bytes, start, end, 't')) handshake.incomplete = true;
    this.#session.touch();
  }

  #serverHello(side: number, bytes: Uint8Array, start: number, end: number): void {
    const current = this.#session.handshake;
    const isAnswer =
      current !== undefined && current.server === undefined && (current.client === undefined || side !== this.#session.client);
    const handshake = isAnswer ? current : this.#open(side, Role.server);
    if (!handshake.readServerHello(bytes, start, end)) handshake.incomplete = true;
    this.#session.touch();
  }

  #readAlert(side: number, bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end && this.#alertLength < alertBytes; at++, this.#alertLength++)
      this.#alert = ((this.#alert & 0xff) << 8) | bytes[at]!;
    if (this.#alertLength === alertBytes)
      this.#session.touch()?.readAlert(this.#session.roleOf(side), this.#alert >>> 8, this.#alert & 0xff);
  }

  #applicationData(side: number, length: number): void {
    const handshake = this.#session.handshake!;
    handshake.applicationData(this.#session.roleOf(side), length);
    if (handshake.isTls13 || handshake.established) this.#session.touch();
    this.#session.tellIfEstablished();
  }

  /** Handshake records of this side can no longer be read. */
  #isOpaque(side: number): boolean {
    return this.#session.handshake?.isSealed(this.#session.roleOf(side)) ?? this.#session.sealed[side]!;
  }

  #open(side: number, role: Role): Handshake {
    const handshake = this.#session.open(side, role, this.#marks[side]!);
    handshake.incomplete = this.#hasMissed;
    this.#hasMissed = false;
    const server = 1 - this.#session.client;
    handshake.isGreeted = this.#saidOther[server]!;
    if (handshake.isGreeted) handshake.progress[Role.server].seen = true;
    return handshake;
  }
}
