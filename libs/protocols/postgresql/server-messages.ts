import { readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import type { Frame } from '../sdk/framed-stream.ts';
import { affectedRows, type Command } from './command.ts';
import { decoderOfEncoding } from './encoding.ts';
import { readServerMessage, TextReader } from './fields.ts';
import { AuthenticationKind, authenticationName, Backend } from './messages.ts';
import type { Stitcher } from './stitcher.ts';

/** What the server sends after the startup message. */
export class ServerMessages {
  readonly #stitcher: Stitcher;

  constructor(stitcher: Stitcher) {
    this.#stitcher = stitcher;
  }

  message(frame: Frame): void {
    const stitcher = this.#stitcher;
    switch (frame.header[0]) {
      case Backend.dataRow:
        return this.#row();
      case Backend.rowDescription:
        return this.#rowDescription();
      case Backend.commandComplete:
        return this.#commandComplete(frame);
      case Backend.emptyQuery:
      case Backend.portalSuspended:
        return this.#endOfExecute(this.#running());
      case Backend.ready:
        return stitcher.ready();
      case Backend.parseComplete:
        return stitcher.complete(stitcher.answered('parse'));
      case Backend.bindComplete:
        return stitcher.complete(stitcher.answered('bind'));
      case Backend.closeComplete:
        return stitcher.complete(stitcher.answered('close'));
      case Backend.noData:
        return stitcher.complete(stitcher.answered('describe'));
      case Backend.error:
        return stitcher.error(readServerMessage(frame.bytes, frame.start, frame.end, stitcher.session.decoder));
      case Backend.notice: {
        const { message } = readServerMessage(frame.bytes, frame.start, frame.end, stitcher.session.decoder);
        if (message !== undefined) stitcher.notice(message);
        return;
      }
      case Backend.copyIn:
      case Backend.copyBoth:
      case Backend.copyOut:
        return this.#beginCopy(frame.header[0] !== Backend.copyOut);
      case Backend.copyData:
        return this.#copied(frame.length);
      case Backend.authentication:
        return this.#authentication(frame);
      case Backend.parameterStatus:
        return this.#parameter(frame);
      case Backend.keyData: {
        const command = stitcher.head;
        // The secret key behind it stays unread.
        if (command?.kind === 'startup' && frame.end - frame.start >= 4) command.processId = readU32(frame.bytes, frame.start);
        return;
      }
    }
  }

  #running(): Command | undefined {
    return this.#stitcher.answered('simple_query', 'execute');
  }

  #row(): void {
    const { head } = this.#stitcher;
    const command = head?.kind === 'simple_query' || head?.kind === 'execute' ? head : this.#running();
    if (command === undefined) return;
    this.#stitcher.touch(command);
    command.hasRows = true;
    command.rows++;
  }

  /** Of a simple query, or the answer to a Describe of what the Execute behind it runs. */
  #rowDescription(): void {
    const stitcher = this.#stitcher;
    const command = stitcher.answered('simple_query', 'describe');
    if (command?.kind === 'simple_query') command.hasRows = true;
    else if (command !== undefined) {
      stitcher.complete(command);
      if (stitcher.head?.kind === 'execute') stitcher.head.hasRows = true;
    }
  }

  #commandComplete(frame: Frame): void {
    const command = this.#running();
    if (command === undefined) return;
    const affected = affectedRows(new TextReader(frame.bytes, frame.start, frame.end).text());
    if (affected !== undefined) command.affected = (command.affected ?? 0) + affected;
    this.#endOfExecute(command);
  }

  /** A simple query may hold several statements, and ends with ReadyForQuery. */
  #endOfExecute(command: Command | undefined): void {
    if (command?.kind === 'execute') this.#stitcher.complete(command);
  }

  #beginCopy(isIn: boolean): void {
    const command = this.#running();
    if (command === undefined) return;
    command.copied = 0;
    if (isIn) this.#stitcher.beginCopyIn(command);
  }

  #copied(length: number): void {
    const command = this.#stitcher.head;
    if (command?.copied !== undefined) command.copied += length;
  }

  #authentication(frame: Frame): void {
    const command = this.#stitcher.answered('startup');
    if (command === undefined || frame.end - frame.start < 4) return;
    const kind = readU32(frame.bytes, frame.start);
    if (kind === AuthenticationKind.ok) command.outcome = 'success';
    else if (kind === AuthenticationKind.sasl) {
      const mechanism = new TextReader(frame.bytes, frame.start + 4, frame.end).text();
      command.authentication = mechanism === '' ? authenticationName(kind) : mechanism;
    } else command.authentication ??= authenticationName(kind);
  }

  /** ParameterStatus: name, value. Sent again when the client changes it. */
  #parameter(frame: Frame): void {
    const reader = new TextReader(frame.bytes, frame.start, frame.end);
    const name = reader.text();
    const { session } = this.#stitcher;
    if (name === 'application_name') session.application = reader.text() || undefined;
    else if (name === 'client_encoding') session.decoder = decoderOfEncoding(reader.text());
    else if (name === 'server_version') session.serverVersion = reader.text() || undefined;
  }
}
