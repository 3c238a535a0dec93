import { TestFlow } from '../../sdk/test-flow.ts';
import { protocol } from '../module.ts';
import { Capability } from '../protocol.ts';

const bytes = (value: number, count: number): string =>
  Array.from({ length: count }, (_, i) => String.fromCharCode((value / 2 ** (8 * i)) & 255)).join('');

export const packet = (number: number, body: string): string => bytes(body.length, 3) + String.fromCharCode(number & 255) + body;
export const command = (code: number, body = ''): string => packet(0, String.fromCharCode(code) + body);
export const query = (text: string): string => command(3, text);

const common = Capability.protocol41 | Capability.secureConnection | Capability.connectWithDb;

export const greeting = (capabilities = 0): string => {
  const all = (common | capabilities) >>> 0;
  return packet(
    0,
    `\x0a8.0.36\0${bytes(7, 4)}abcdefgh\0${bytes(all & 0xffff, 2)}\x21\x02\0${bytes(all >>> 16, 2)}\x15${'\0'.repeat(10)}${'s'.repeat(12)}\0`,
  );
};

export const login = (capabilities = 0): string =>
  packet(1, `${bytes((common | capabilities) >>> 0, 4)}\0\0\0\x01\x21${'\0'.repeat(23)}anna\0\x08tellnone${'shop\0'}`);

export const ok = (number: number, affected = 0, status = 2): string =>
  packet(number, `\0${String.fromCharCode(affected)}\0${bytes(status, 2)}\0\0`);
export const eof = (number: number, status = 2): string => packet(number, `\xfe\0\0${bytes(status, 2)}`);
export const okForEof = (number: number, status = 2): string => packet(number, `\xfe\0\0${bytes(status, 2)}\0\0`);
export const error = (number: number, code: number, text: string): string => packet(number, `\xff${bytes(code, 2)}#42000${text}`);
export const column = (number: number): string => packet(number, '\x03def\0\0\0\x011\0\x0c\x3f\0\x01\0\0\0\x08\x81\0\0\0\0');

/** A connection of `anna` to `shop`, signed in; its login is the first record. */
export function signedIn(capabilities = 0): TestFlow {
  return new TestFlow(protocol).server(greeting(capabilities)).client(login(capabilities)).server(ok(2));
}

/** Records without the login, with what a test names. */
export function told(flow: TestFlow, ...fields: readonly string[]): unknown[][] {
  return flow
    .finish()
    .filter((record) => record['mysql.command'] !== 'login')
    .map((record) => fields.map((field) => record[field]));
}
