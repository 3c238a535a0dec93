import type { Frame } from '../sdk/framed-stream.ts';
import { decoderOfSet } from './character-set.ts';
import { Phase, type Command } from './command.ts';
import { FieldReader, readError, readOk, textOf, type OkPacket } from './fields.ts';
import type { PreparedStatements } from './prepared.ts';
import { Answer, Capability, CommandCode, eofLimit, fullPacket, MariadbCapability, Status } from './protocol.ts';
import type { Stitcher } from './stitcher.ts';
import { schemaOfUse } from './use.ts';

/** What both sides agreed on. */
export interface Agreed {
  capabilities: number;
  extended: number;
  /** False of a connection whose sign-in was not captured, until its first rows: they show where EOF packets stand. */
  isKnown: boolean;
}

/** In the place of an error's number: no error (CLIENT_PROGRESS). */
const progressReport = 0xffff;

/** Length of an EOF packet: its kind, warnings, status. The OK packet that takes its place is longer. */
const plainEof = 5;

/** Columns of a result: more than any server has is none. */
const columnLimit = 0xffff;

/** Reads the server's packets as the answer to the oldest command that waits. False where they make no sense. */
export class Answers {
  readonly #stitcher: Stitcher;
  readonly #agreed: Agreed;
  readonly #prepared: PreparedStatements;

  constructor(stitcher: Stitcher, agreed: Agreed, prepared: PreparedStatements) {
    this.#stitcher = stitcher;
    this.#agreed = agreed;
    this.#prepared = prepared;
  }

  packet(frame: Frame): boolean {
    const command = this.#stitcher.head;
    const first = frame.start < frame.end ? frame.bytes[frame.start]! : -1;
    if (command === undefined) {
      // Nobody asked: the server says why it ends the connection.
      if (first === Answer.error) this.#stitcher.fail(readError(frame.bytes, frame.start, frame.end, this.#stitcher.decoder));
      return true;
    }
    this.#stitcher.touch(command);
    if (command.phase === Phase.counted) return this.#counted(command, frame);
    if (first === Answer.error) this.#error(frame);
    else if (command.phase === Phase.rows) this.#row(command, frame, first);
    else if (command.phase === Phase.signIn) this.#signIn(command, frame, first);
    else return this.#first(command, frame, first);
    return true;
  }

  #error(frame: Frame): void {
    const error = readError(frame.bytes, frame.start, frame.end, this.#stitcher.decoder);
    // MariaDB tells the progress of long commands in error packets.
    if (error.code !== progressReport) this.#stitcher.fail(error);
  }

  #has(capability: number): boolean {
    return (this.#agreed.capabilities & capability) !== 0;
  }

  #ok(frame: Frame): OkPacket {
    return readOk(frame.bytes, frame.start, frame.end, this.#has(Capability.sessionTrack), this.#stitcher.decoder);
  }

  /** OK, or a request for another way to sign in, or what goes to and fro. */
  #signIn(command: Command, frame: Frame, first: number): void {
    if (first === Answer.ok) this.#done(command, this.#ok(frame));
    else if (first === Answer.eof) {
      // A packet of one octet asks for the way of before 4.1.
      const plugin = new FieldReader().reset(frame.bytes, frame.start + 1, frame.end).zeroEndedText();
      command.plugin = plugin === '' ? 'mysql_old_password' : plugin;
    }
  }

  #first(command: Command, frame: Frame, first: number): boolean {
    switch (command.code) {
      case CommandCode.statistics:
        this.#stitcher.succeed();
        return true;
      case CommandCode.statementPrepare:
        return this.#preparedAs(command, frame);
      case CommandCode.fieldList:
      case CommandCode.statementFetch:
      case CommandCode.binlogDump:
      case CommandCode.binlogDumpGtid:
      case CommandCode.tableDump:
        command.phase = Phase.rows;
        command.hasRows = command.code === CommandCode.statementFetch;
        this.#row(command, frame, first);
        return true;
    }
    if (first === Answer.ok) this.#done(command, this.#ok(frame));
    else if (first === Answer.eof && frame.length < eofLimit) this.#stitcher.succeed();
    else if (first === Answer.localFile && command.code === CommandCode.query) {
      command.phase = Phase.file;
      command.fileName = textOf(frame.bytes, frame.start + 1, frame.end, this.#stitcher.decoder);
    } else return this.#columns(command, frame);
    return true;
  }

  /** The number of columns; behind it whether their descriptions follow, where that was agreed on. */
  #columns(command: Command, frame: Frame): boolean {
    const reader = new FieldReader().reset(frame.bytes, frame.start, frame.end);
    let follows = this.#has(Capability.optionalMetadata) ? reader.u8() !== 0 : true;
    const columns = reader.lengthEncoded();
    if (!this.#agreed.isKnown && reader.remaining === 1) this.#agreed.extended |= MariadbCapability.cacheMetadata;
    if ((this.#agreed.extended & MariadbCapability.cacheMetadata) !== 0 && reader.remaining > 0) follows = reader.u8() !== 0;
    if (reader.overrun || columns === 0 || columns > columnLimit) return false;
    command.hasRows = true;
    this.#count(command, (follows ? columns : 0) + this.#separators, true);
    return true;
  }

  /** An EOF behind descriptions, unless it was agreed to leave it out. One that nobody knows of is looked for when it would come. */
  get #separators(): number {
    return !this.#agreed.isKnown || this.#has(Capability.deprecateEof) ? 0 : 1;
  }

  /** True if this packet, the first behind the descriptions of columns, parts them from rows; what else it is tells that none does. */
  #isSeparator(first: number, frame: Frame): boolean {
    this.#agreed.isKnown = true;
    if (first === Answer.eof && frame.length === plainEof) return true;
    this.#agreed.capabilities |= Capability.deprecateEof;
    return false;
  }

  /** COM_STMT_PREPARE_OK: 0; identifier, 4; columns, 2; parameters, 2; 0; warnings, 2. */
  #preparedAs(command: Command, frame: Frame): boolean {
    const reader = new FieldReader().reset(frame.bytes, frame.start + 1, frame.end);
    const id = reader.u32le();
    const columns = reader.u16le();
    const parameters = reader.u16le();
    if (reader.overrun) return false;
    this.#prepared.set(id, command.statement);
    reader.skip(1);
    command.warnings = reader.u16le();
    const follows = reader.remaining > 0 && this.#has(Capability.optionalMetadata) ? reader.u8() !== 0 : true;
    const count = (one: number): number => (one === 0 || !follows ? 0 : one + this.#separators);
    this.#count(command, count(columns) + count(parameters), false);
    return true;
  }

  #count(command: Command, packets: number, rowsFollow: boolean): void {
    command.phase = Phase.counted;
    command.counted = packets;
    command.rowsFollow = rowsFollow;
    if (packets === 0) this.#counts(command);
  }

  #counted(command: Command, frame: Frame): boolean {
    const isEof = frame.bytes[frame.start] === Answer.eof && frame.length < eofLimit && frame.end > frame.start;
    if (isEof && !this.#agreed.isKnown) {
      // It parts parameters from columns, behind which there will be one more.
      this.#agreed.isKnown = true;
      command.counted += 2;
    }
    if (--command.counted > 0) return true;
    // With a cursor the rows are fetched later (SERVER_STATUS_CURSOR_EXISTS in this EOF: warnings, 2; status, 2).
    const status = isEof && frame.end - frame.start >= 5 ? frame.bytes[frame.start + 3]! : 0;
    if (command.rowsFollow && (status & Status.cursorExists) !== 0) {
      command.hasRows = false;
      this.#stitcher.succeed();
    } else this.#counts(command);
    return true;
  }

  #counts(command: Command): void {
    if (command.rowsFollow) command.phase = Phase.rows;
    else this.#stitcher.succeed();
  }

  #row(command: Command, frame: Frame, first: number): void {
    if (!this.#agreed.isKnown && command.rowsFollow && this.#isSeparator(first, frame)) return;
    const limit = this.#has(Capability.deprecateEof) ? fullPacket : eofLimit;
    if (first !== Answer.eof || frame.length >= limit) command.rows++;
    else if (this.#has(Capability.deprecateEof)) this.#end(command, this.#ok(frame));
    else {
      const reader = new FieldReader().reset(frame.bytes, frame.start + 1, frame.end);
      const warnings = reader.u16le();
      this.#end(command, { affected: 0, warnings, status: reader.u16le(), database: undefined });
    }
  }

  #done(command: Command, ok: OkPacket): void {
    const changes =
      command.code === CommandCode.query ||
      command.code === CommandCode.statementExecute ||
      command.code === CommandCode.mariadbBulkExecute;
    // The OK behind the results of a CALL repeats the last of them.
    if (changes && !command.hasRows) command.affected = (command.affected ?? 0) + ok.affected;
    this.#end(command, ok);
  }

  /** The end of one result; another follows if the server says so. */
  #end(command: Command, ok: OkPacket): void {
    command.warnings += ok.warnings;
    // Where no EOF parts descriptions from rows, this packet says that a cursor was opened: the rows are fetched later.
    if ((ok.status & Status.cursorExists) !== 0 && command.code === CommandCode.statementExecute && command.rows === 0)
      command.hasRows = false;
    const text = command.code === CommandCode.query ? command.statement?.text : undefined;
    const database = ok.database ?? (text === undefined ? undefined : schemaOfUse(text));
    const decoder = text === undefined ? undefined : decoderOfSet(text);
    if (database !== undefined || decoder !== undefined) {
      const session = command.session ?? this.#stitcher.session;
      command.session = { ...session, database: database ?? session.database, decoder: decoder ?? session.decoder };
    }
    if ((ok.status & Status.moreResults) !== 0) command.phase = Phase.first;
    else this.#stitcher.succeed();
  }
}
