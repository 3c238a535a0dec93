import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A client that writes its messages itself, for what no program sends any more. */
export class RawClient {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.resume().on('error', () => undefined);
  }

  static async open(port: number): Promise<RawClient> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  send(...messages: readonly Buffer[]): void {
    this.#socket.write(Buffer.concat(messages));
  }

  end(): void {
    this.#socket.end();
  }
}

const int32 = (value: number): Buffer => Buffer.of(value >>> 24, value >>> 16, value >>> 8, value);
export const text = (value: string): Buffer => Buffer.from(`${value}\0`);

export function message(kind: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(kind), int32(body.length + 4), body]);
}

/** A message without a kind: a code, or a version with what follows it. */
export const opening = (code: number, ...parts: readonly Buffer[]): Buffer => message('', int32(code), ...parts);

export const startup = (values: Readonly<Record<string, string>>): Buffer =>
  opening(196_608, ...Object.entries(values).flatMap(([name, value]) => [text(name), text(value)]), Buffer.of(0));

export const bind = (portal: string, statement: string): Buffer => message('B', text(portal), text(statement), Buffer.alloc(6));
export const parse = (name: string, statement: string): Buffer => message('P', text(name), text(statement), Buffer.alloc(2));
export const execute = (portal: string, rows = 0): Buffer => message('E', text(portal), int32(rows));
export const describePortal = (portal: string): Buffer => message('D', Buffer.from('P'), text(portal));
export const closeStatement = (name: string): Buffer => message('C', Buffer.from('S'), text(name));
export const sync = message('S');
export const terminate = message('X');

/** FunctionCall: the function's object id, its arguments as text, a result as text. */
export function functionCall(id: number, ...values: readonly string[]): Buffer {
  const int16 = (value: number): Buffer => Buffer.of(value >> 8, value);
  const given = values.flatMap((value) => [int32(Buffer.byteLength(value)), Buffer.from(value)]);
  return message('F', int32(id), int16(0), int16(values.length), ...given, int16(0));
}
