import { Side, type FlowContext, type StreamAnalyzer } from '../sdk/analyzer.ts';
import { framedStreams, type FramedStream, Framing, type Frame, type FrameReceiver } from '../sdk/framed-stream.ts';
import { sqlText, statementLimit } from '../sdk/sql-text.ts';
import { Answers, type Agreed } from './answers.ts';
import { Phase, type Command } from './command.ts';
import { CompressedStream, type Compression, type UnpackedReceiver } from './compression.ts';
import { FieldReader, readError, skipQueryAttributes, statementId, textOf } from './fields.ts';
import { asksForTls, readChangeUser, readGreeting, readLogin, type Greeting } from './login.ts';
import { PreparedStatements } from './prepared.ts';
import { Answer, Capability, commandName, CommandCode, fullPacket, readLength } from './protocol.ts';
import { Stitcher, isUnanswerable } from './stitcher.ts';
import { schemaOfUse } from './use.ts';

/** Length of the body, 3, little-endian; number of the packet within its command, 1. */
const headerSize = 4;
/** Octets of a server's packet that are looked at. */
const answerLimit = 1024;
/** The identifier that MariaDB's clients give for what they prepared last. */
const lastPrepared = 0xffff_ffff;

/** A replica's word that it has what it was sent begins so (semi-synchronous replication; kPacketMagicNum in the servers' source). It is no command. */
const semiSyncMark = 0xef;
const isDump = (code: number): boolean => code === CommandCode.binlogDump || code === CommandCode.binlogDumpGtid;

/** What all have agreed on since 4.1.1 and 5.5: it says where a sign-in has its secrets. */
const customary = Capability.protocol41 | Capability.secureConnection | Capability.pluginAuth;

/** What names the database of all that follows. */
const mayChangeDatabase = ({ code, statement }: Command): boolean =>
  code === CommandCode.initDb || (code === CommandCode.query && statement !== undefined && schemaOfUse(statement.text) !== undefined);

/** True if `[start, end)` is one whole command, with those before it that nobody answers. */
function isOneCommand(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at + headerSize < end;) {
    const next = at + headerSize + readLength(bytes, at);
    const code = bytes[at + headerSize]!;
    if (next <= at + headerSize || next > end || bytes[at + 3] !== 0 || commandName(code) === undefined) return false;
    if (next === end || !isUnanswerable(code)) return next === end;
    at = next;
  }
  return false;
}

/** Reads a connection from the greeting, or from a command on, up to TLS. */
export class MysqlAnalyzer implements StreamAnalyzer, FrameReceiver, UnpackedReceiver {
  readonly #flow: FlowContext;
  readonly #stitcher: Stitcher;
  readonly #prepared = new PreparedStatements();
  readonly #agreed: Agreed = { capabilities: 0, extended: 0, isKnown: true };
  readonly #answers: Answers;
  #streams: readonly [FramedStream, FramedStream];
  /** What carries the streams once a sign-in has agreed to compress them. */
  #compressed: readonly [CompressedStream, CompressedStream] | undefined;
  /** The packet before was full: the next one continues it. */
  readonly #continues: [boolean, boolean] = [false, false];
  #greeting: Greeting | undefined;
  #loginSeen = false;
  /** Behind a LOAD DATA LOCAL, up to the client's empty packet. */
  #isSendingFile = false;
  #lastPrepare: Command | undefined;
  /** Behind a hole that nobody knows the packets of. */
  #isLost = false;
  /** The client has sent a command while another waited for its answer. */
  #isPipelined = false;
  #isOver = false;

  constructor(flow: FlowContext) {
    this.#flow = flow;
    this.#stitcher = new Stitcher(flow);
    this.#answers = new Answers(this.#stitcher, this.#agreed, this.#prepared);
    this.#streams = framedStreams(this);
  }

  data(side: Side, bytes: Uint8Array, start: number, end: number): void {
    if (this.#isOver || (this.#isLost && !this.#isFoundAgain(side, bytes, start, end))) return;
    if (this.#compressed !== undefined) return this.#compressedData(side, bytes, start, end);
    const framing = this.#streams[side].data(bytes, start, end, this.#flow.now);
    if (framing === Framing.invalid) this.#giveUp('mysql: no packet where one begins');
    else if (framing === Framing.stopped) this.#compressedData(side, bytes, this.#streams[side].next, end);
  }

  #compressedData(side: Side, bytes: Uint8Array, start: number, end: number): void {
    const goesOn = this.#compressed?.[side].data(bytes, start, end, this.#flow.now) ?? true;
    if (!goesOn && !this.#isOver) this.#giveUp('mysql: no compressed packet where one begins');
  }

  unpacked(side: Side, bytes: Uint8Array): boolean {
    return this.#streams[side].data(bytes, 0, bytes.length, this.#flow.now) === Framing.ok;
  }

  unpackedGap(side: Side, length: number): boolean {
    return this.#streams[side].gap(length);
  }

  /** A hole inside a packet costs that packet; past its end nobody knows where the next begins, until the client asks again. */
  gap(side: Side, length: number): void {
    if (this.#isOver || this.#isLost || (this.#compressed ?? this.#streams)[side].gap(length) || this.#isOver) return;
    const { head } = this.#stitcher;
    if (this.#compressed !== undefined || !this.#loginSeen || this.#isSendingFile || this.#isPipelined || head?.phase === Phase.signIn) {
      return this.#giveUp('mysql: bytes missing between packets');
    }
    this.#stitcher.flush();
    if (side === Side.source || (head !== undefined && mayChangeDatabase(head))) this.#stitcher.forgetDatabase();
    if (side === Side.source) this.#prepared.clear();
    this.#lastPrepare = undefined;
    this.#isLost = true;
  }

  /**
   * A client that sends nothing while an answer is outstanding has got it all when it asks again; a part of its stream that is just one command shows that. One that does not
   * wait is not followed any further: what is answered then cannot be told.
   */
  #isFoundAgain(side: Side, bytes: Uint8Array, start: number, end: number): boolean {
    if (side !== Side.source || !isOneCommand(bytes, start, end)) return false;
    this.#streams = framedStreams(this);
    this.#continues.fill(false);
    this.#isLost = false;
    return true;
  }

  close(): void {
    // The other side may still answer; `finish` comes when neither does.
  }

  finish(): void {
    this.#isOver = true;
    this.#stitcher.flush();
  }

  headerLength(): number {
    return headerSize;
  }

  bodyLength(_: Side, header: Uint8Array): number {
    return readLength(header, 0);
  }

  wanted(side: Side, _: Uint8Array, length: number): number {
    if (this.#continues[side]) return 0;
    if (side === Side.destination) return Math.min(length, answerLimit);
    // A sign-in's later packets are secrets; a file's are the file.
    if (this.#isSendingFile || this.#stitcher.head?.phase === Phase.signIn) return 0;
    return Math.min(length, statementLimit * 2);
  }

  frame(frame: Frame): boolean {
    if (this.#isOver) return false;
    const isContinued = this.#continues[frame.side];
    this.#continues[frame.side] = frame.length === fullPacket;
    if (isContinued) return true;
    const carrier = this.#compressed;
    if (frame.side === Side.destination) this.#serverPacket(frame);
    else this.#clientPacket(frame);
    return !this.#isOver && this.#compressed === carrier;
  }

  #serverPacket(frame: Frame): void {
    if (this.#greeting === undefined && !this.#loginSeen) {
      if (frame.bytes[frame.start] === Answer.error)
        this.#stitcher.fail(readError(frame.bytes, frame.start, frame.end, this.#stitcher.decoder));
      else this.#greeting = readGreeting(frame.bytes, frame.start, frame.end);
      return;
    }
    const { head } = this.#stitcher;
    const before = head?.phase;
    if (!this.#answers.packet(frame)) return this.#giveUp('mysql: no answer where one begins');
    if (before !== Phase.file && head?.phase === Phase.file) this.#isSendingFile = true;
    const isSignedIn = head !== this.#stitcher.head && this.#stitcher.session === head?.session;
    if (head?.compression !== undefined && isSignedIn) this.#beginCompressed(head.compression);
  }

  #beginCompressed(compression: Compression): void {
    this.#compressed = [new CompressedStream(Side.source, compression, this), new CompressedStream(Side.destination, compression, this)];
  }

  #clientPacket(frame: Frame): void {
    if (!this.#loginSeen && !this.#beginsLater(frame)) return this.#login(frame);
    const { head } = this.#stitcher;
    if (this.#isSendingFile) {
      if (frame.length === 0) this.#isSendingFile = false;
      else if (head?.phase === Phase.file) head.fileBytes += frame.length;
      return;
    }
    // Only a command begins with packet 0; all else belongs to a sign-in.
    if (head?.phase === Phase.signIn || frame.header[3] !== 0 || frame.start === frame.end) return;
    const code = frame.bytes[frame.start]!;
    if (code === semiSyncMark && head !== undefined && isDump(head.code)) return;
    const name = commandName(code);
    if (name === undefined) return this.#giveUp('mysql: no command where one begins');
    this.#isPipelined ||= head !== undefined;
    const command = this.#stitcher.ask(code, name, frame.begun);
    this.#readCommand(command, frame);
    this.#stitcher.asked(command);
  }

  /** True if the capture begins behind the sign-in: that answers a greeting, and its number says so. */
  #beginsLater(frame: Frame): boolean {
    if (this.#greeting !== undefined || frame.header[3] !== 0) return false;
    this.#loginSeen = true;
    this.#agreed.isKnown = false;
    this.#agreed.capabilities = customary;
    return true;
  }

  #login(frame: Frame): void {
    if (asksForTls(frame.bytes, frame.start, frame.end)) {
      this.#isOver = true;
      return this.#flow.handOver('tls', frame.next);
    }
    this.#loginSeen = true;
    const login = readLogin(frame.bytes, frame.start, frame.end);
    const greeting = this.#greeting;
    this.#agreed.capabilities = (login.capabilities & (greeting?.capabilities ?? login.capabilities)) >>> 0;
    this.#agreed.extended = login.extended & (greeting?.extended ?? login.extended);
    const command = this.#stitcher.ask(-1, 'login', frame.begun);
    command.phase = Phase.signIn;
    command.session = { user: login.user, database: login.database, program: login.program, decoder: login.decoder };
    // Stays where the login fails: nobody else speaks on this connection.
    this.#stitcher.session = { ...command.session };
    command.plugin = login.plugin ?? greeting?.plugin;
    command.serverVersion = greeting?.version;
    command.connectionId = greeting?.connectionId;
    if ((this.#agreed.capabilities & Capability.compress) !== 0) command.compression = 'zlib';
    else if ((this.#agreed.capabilities & Capability.zstd) !== 0) command.compression = 'zstd';
    this.#stitcher.asked(command);
  }

  #readCommand(command: Command, frame: Frame): void {
    const { bytes, start, end } = frame;
    switch (command.code) {
      case CommandCode.query:
        command.statement = this.#statement(frame, this.#behindAttributes(frame));
        break;
      case CommandCode.statementPrepare:
        command.statement = this.#statement(frame, start + 1);
        this.#lastPrepare = command;
        break;
      case CommandCode.statementExecute:
      case CommandCode.mariadbBulkExecute:
      case CommandCode.statementFetch:
      case CommandCode.statementSendLongData:
      case CommandCode.statementReset:
      case CommandCode.statementClose: {
        const id = statementId(bytes, start, end);
        command.statement = id === lastPrepared ? this.#lastPrepare?.statement : this.#prepared.get(id);
        if (command.code === CommandCode.statementClose && id !== undefined) this.#prepared.delete(id);
        break;
      }
      case CommandCode.initDb:
        command.session = { ...this.#stitcher.session, database: textOf(bytes, start + 1, end, this.#stitcher.decoder) };
        break;
      case CommandCode.changeUser: {
        const { user, database, plugin, decoder } = readChangeUser(bytes, start, end, this.#agreed.capabilities, this.#stitcher.decoder);
        command.phase = Phase.signIn;
        command.session = { user, database, program: this.#stitcher.session.program, decoder };
        command.plugin = plugin;
      }
    }
  }

  #behindAttributes(frame: Frame): number {
    // No text begins with a zero.
    if (frame.start + 1 < frame.end && frame.bytes[frame.start + 1] === 0) this.#agreed.capabilities |= Capability.queryAttributes;
    if ((this.#agreed.capabilities & Capability.queryAttributes) === 0) return frame.start + 1;
    const reader = new FieldReader().reset(frame.bytes, frame.start + 1, frame.end);
    skipQueryAttributes(reader);
    return reader.overrun ? frame.end : reader.offset;
  }

  /** It is cut where it is longer than what is kept, or where the capture has a hole. */
  #statement(frame: Frame, start: number): { text: string; isTruncated: boolean } {
    const isTruncated = frame.end - frame.start < frame.length || frame.end - start > statementLimit;
    return { text: sqlText(frame.bytes, start, frame.end, this.#stitcher.decoder), isTruncated };
  }

  #giveUp(reason: string): void {
    this.#isOver = true;
    this.#stitcher.flush();
    this.#flow.abandon(reason);
  }
}
