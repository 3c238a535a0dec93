import { Verdict } from '../sdk/module.ts';
import { readMessageHead } from './message.ts';

/** Bind, unbind, search, modify, add, delete, modify DN, compare, abandon, extended. */
const requests: readonly number[] = [0x60, 0x42, 0x63, 0x66, 0x68, 0x4a, 0x6c, 0x6e, 0x50, 0x77];
/** The answers to them; entry, done and reference of a search; intermediate. */
const answers: readonly number[] = [0x61, 0x64, 0x65, 0x73, 0x67, 0x69, 0x6b, 0x6d, 0x6f, 0x78, 0x79];

/** The head of a message tells its operation (RFC 4511, section 4.2 and following). */
export function detectStream(bytes: Uint8Array, start: number, end: number): Verdict {
  const head = readMessageHead(bytes, start, end);
  if (head === 'more') return Verdict.needMore;
  if (head === undefined) return Verdict.no;
  if (requests.includes(head.operation)) return Verdict.client;
  return answers.includes(head.operation) ? Verdict.server : Verdict.no;
}

/** CLDAP: one message a datagram. */
export function detectDatagram(bytes: Uint8Array, start: number, end: number): Verdict {
  const head = readMessageHead(bytes, start, end);
  if (head === 'more' || head === undefined || head.length > end - start) return Verdict.no;
  return detectStream(bytes, start, end);
}
