import { TestFlow } from '../../sdk/test-flow.ts';
import { protocol } from '../module.ts';

const int32 = (value: number): string => String.fromCharCode(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);

/** A message of this kind (none for one that opens a connection). */
export const message = (kind: string, body = ''): string => `${kind}${int32(body.length + 4)}${body}`;

export const startup = message('', `${int32(196_608)}user\0anna\0database\0shop\0application_name\0loom\0\0`);
export const sslRequest = message('', int32(80_877_103));
export const query = (text: string): string => message('Q', `${text}\0`);
export const parse = (name: string, text: string): string => message('P', `${name}\0${text}\0\0\0`);
export const bind = (portal: string, name: string): string => message('B', `${portal}\0${name}\0\0\0\0\0\0\0`);
export const execute = (portal = ''): string => message('E', `${portal}\0\0\0\0\0`);
export const sync = message('S');

export const ok = message('R', int32(0));
export const ready = message('Z', 'I');
export const complete = (tag: string): string => message('C', `${tag}\0`);
export const error = (code: string, text: string): string => message('E', `SFEHLER\0VERROR\0C${code}\0M${text}\0\0`);
export const row = message('D', '\0\x01\0\0\0\x011');
export const rowDescription = message('T', '\0\0');
export const parsed = message('1');
export const bound = message('2');

/** A connection of `anna` to `shop`, signed in; its startup is the first record. */
export function signedIn(): TestFlow {
  return new TestFlow(protocol).client(startup).server(ok + ready);
}

/** Records without the startup, with what a test names. */
export function told(flow: TestFlow, ...fields: readonly string[]): unknown[][] {
  return flow
    .finish()
    .filter((record) => record['postgresql.message'] !== 'startup')
    .map((record) => fields.map((field) => record[field]));
}
