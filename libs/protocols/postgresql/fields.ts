import { utf8 } from '../sdk/text-decoders.ts';

/** Octets of a text that is not a statement: a name, a message. */
export const textLimit = 1024;
/** Fields of an error or a notice that are looked at. */
const fieldLimit = 32;
/** Parameters of a startup message that are looked at. */
const parameterLimit = 64;

/** Reads what ends with a zero octet. One past the end gives what there is. */
export class TextReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  readonly #decoder: TextDecoder;
  at: number;

  constructor(bytes: Uint8Array, start: number, end: number, decoder: TextDecoder = utf8) {
    this.#bytes = bytes;
    this.#decoder = decoder;
    this.at = start;
    this.#end = end;
  }

  get isAtEnd(): boolean {
    return this.at >= this.#end;
  }

  u8(): number {
    return this.at < this.#end ? this.#bytes[this.at++]! : 0;
  }

  /** At most `textLimit` octets of the text; reads on behind all of it. */
  text(): string {
    const start = this.at;
    const stop = this.skipText();
    return this.#decoder.decode(this.#bytes.subarray(start, Math.min(stop, start + textLimit)));
  }

  /** Moves behind the text and its zero; returns where the text ends. */
  skipText(): number {
    const zero = this.#bytes.indexOf(0, this.at);
    const stop = zero < 0 || zero >= this.#end ? this.#end : zero;
    this.at = Math.min(this.#end, stop + 1);
    return stop;
  }
}

export interface ServerMessage {
  readonly severity: string | undefined;
  readonly code: string | undefined;
  readonly message: string | undefined;
}

const severityField = 0x53;
const plainSeverityField = 0x56;
const codeField = 0x43;
const messageField = 0x4d;

/** ErrorResponse and NoticeResponse: fields of a letter and a text, ended by a zero (section 55.8). The severity is the one that is not translated, where there is one. */
export function readServerMessage(bytes: Uint8Array, start: number, end: number, decoder: TextDecoder): ServerMessage {
  const reader = new TextReader(bytes, start, end, decoder);
  let severity: string | undefined;
  let code: string | undefined;
  let message: string | undefined;
  for (let i = 0; i < fieldLimit && !reader.isAtEnd; i++) {
    const field = reader.u8();
    if (field === 0) break;
    if (field === severityField) severity ??= reader.text();
    else if (field === plainSeverityField) severity = reader.text();
    else if (field === codeField) code = reader.text();
    else if (field === messageField) message = reader.text();
    else reader.skipText();
  }
  return { severity, code, message };
}

export interface Startup {
  readonly user: string | undefined;
  readonly database: string | undefined;
  readonly application: string | undefined;
}

/** The parameters of a StartupMessage: names and values in turn. */
export function readStartup(bytes: Uint8Array, start: number, end: number): Startup {
  const reader = new TextReader(bytes, start, end);
  const values = new Map<string, string>();
  for (let i = 0; i < parameterLimit && !reader.isAtEnd; i++) {
    const name = reader.text();
    if (name === '') break;
    if (name === 'user' || name === 'database' || name === 'application_name') values.set(name, reader.text());
    else reader.skipText();
  }
  const given = (name: string): string | undefined => values.get(name) || undefined;
  // "Defaults to the user name" (section 55.7, StartupMessage).
  return { user: given('user'), database: given('database') ?? given('user'), application: given('application_name') };
}
