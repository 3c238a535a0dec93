import type { Frame } from '../sdk/framed-stream.ts';
import { sqlText, statementLimit } from '../sdk/sql-text.ts';
import type { Command, Statement } from './command.ts';
import { TextReader } from './fields.ts';
import { Frontend } from './messages.ts';
import { Statements } from './statements.ts';
import type { Stitcher } from './stitcher.ts';

const ofStatement = 0x53; // S

/** What the client sends after the startup message. Keeps the names of prepared statements, and which portal runs which. */
export class ClientMessages {
  readonly #stitcher: Stitcher;
  readonly #statements = new Statements();
  readonly #portals = new Statements();

  constructor(stitcher: Stitcher) {
    this.#stitcher = stitcher;
  }

  message(frame: Frame): void {
    const stitcher = this.#stitcher;
    const reader = new TextReader(frame.bytes, frame.start, frame.end);
    switch (frame.header[0]) {
      case Frontend.query: {
        const command = stitcher.ask('simple_query', frame.begun);
        command.statement = readStatement(frame, reader, '', stitcher.session.decoder);
        return stitcher.asked(command);
      }
      case Frontend.parse:
        return this.#parse(frame, reader);
      case Frontend.bind:
        return this.#bind(frame, reader);
      case Frontend.describe: {
        const command = stitcher.ask('describe', frame.begun);
        command.statement = this.#named(reader);
        return stitcher.asked(command);
      }
      case Frontend.execute: {
        const command = stitcher.ask('execute', frame.begun);
        command.statement = this.#portals.get(reader.text());
        return stitcher.asked(command);
      }
      case Frontend.close:
        return this.#close(frame, reader);
      case Frontend.sync:
        if (!stitcher.isCopyingIn) stitcher.asked(stitcher.ask('sync', frame.begun));
        return;
      case Frontend.functionCall:
        return stitcher.asked(stitcher.ask('function_call', frame.begun));
      case Frontend.terminate:
        return stitcher.asked(stitcher.ask('terminate', frame.begun));
      case Frontend.copyData:
        return this.#copied(stitcher.head, frame);
      case Frontend.copyDone:
      case Frontend.copyFail:
        stitcher.isCopyingIn = false;
    }
  }

  /** Parse: name, statement, types of parameters. */
  #parse(frame: Frame, reader: TextReader): void {
    const command = this.#stitcher.ask('parse', frame.begun);
    const name = reader.text();
    command.statement = readStatement(frame, reader, name, this.#stitcher.session.decoder);
    this.#statements.set(name, command.statement);
    this.#stitcher.asked(command);
  }

  /** Bind: portal, statement, parameters. */
  #bind(frame: Frame, reader: TextReader): void {
    const command = this.#stitcher.ask('bind', frame.begun);
    const portal = reader.text();
    command.statement = this.#statements.get(reader.text());
    if (command.statement === undefined) this.#portals.delete(portal);
    else this.#portals.set(portal, command.statement);
    this.#stitcher.asked(command);
  }

  #close(frame: Frame, reader: TextReader): void {
    const command = this.#stitcher.ask('close', frame.begun);
    const names = reader.u8() === ofStatement ? this.#statements : this.#portals;
    const name = reader.text();
    command.statement = names.get(name);
    names.delete(name);
    this.#stitcher.asked(command);
  }

  #named(reader: TextReader): Statement | undefined {
    return (reader.u8() === ofStatement ? this.#statements : this.#portals).get(reader.text());
  }

  #copied(command: Command | undefined, frame: Frame): void {
    if (command?.kind === 'simple_query' || command?.kind === 'execute') command.copied = (command.copied ?? 0) + frame.length;
  }
}

/** The statement at the reader's place. It is cut where it is longer than what is kept, or where the capture has a hole. */
function readStatement(frame: Frame, reader: TextReader, name: string, decoder: TextDecoder): Statement {
  const start = reader.at;
  const stop = reader.skipText();
  const isWhole = reader.at > stop;
  return { text: sqlText(frame.bytes, start, stop, decoder), isTruncated: !isWhole || stop - start > statementLimit, name };
}
