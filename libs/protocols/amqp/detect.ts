import { readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Match, firstOctets, matchAny, matchText } from '../sdk/detect-text.ts';
import { Verdict } from '../sdk/module.ts';

/** Protocol id, major, minor, revision: the client's header of 0-9-1, 0-9, 0-10 and 0-8. */
const clientHeaders = [
  'AMQP\0\0\x09\x01',
  'AMQP\x01\x01\0\x09',
  'AMQP\x01\x01\x09\x01',
  'AMQP\x01\x01\0\x0a',
  'AMQP\x01\x01\x08\0',
  'AMQP\x01\x01\x09\0',
];
/** Of 1.0 both sides send one: plain, for TLS, for SASL (OASIS AMQP 1.0, section 2.2). */
const sharedHeaders = ['AMQP\0\x01\0\0', 'AMQP\x02\x01\0\0', 'AMQP\x03\x01\0\0'];

const frameHeader = 7;
/** A method frame on channel 0. */
const methodFrame = '\x01\0\0';
/** Class `connection`, method `start`: what the server answers (AMQP 0-9-1, section 1.4.2.1). */
const connectionStart = '\0\x0a\0\x0a';
/** Servers list what they can do in it: a few hundred bytes. */
const startLimit = 64 * 1024;

export const mayBegin = firstOctets([...clientHeaders, ...sharedHeaders, methodFrame]);

/** The header that the client begins with, or the frame that the server answers with. */
export function detectStream(bytes: Uint8Array, start: number, end: number): Verdict {
  const client = matchAny(bytes, start, end, clientHeaders);
  const shared = matchAny(bytes, start, end, sharedHeaders);
  if (client === Match.yes) return Verdict.client;
  if (shared === Match.yes) return Verdict.either;
  if (client === Match.partly || shared === Match.partly) return Verdict.needMore;
  return detectStart(bytes, start, end);
}

/** Type, channel, size, class and method. */
function detectStart(bytes: Uint8Array, start: number, end: number): Verdict {
  const frame = matchText(bytes, start, end, methodFrame);
  if (frame !== Match.yes) return frame === Match.no ? Verdict.no : Verdict.needMore;
  if (end - start < frameHeader) return Verdict.needMore;
  const size = readU32(bytes, start + 3);
  if (size < connectionStart.length || size > startLimit) return Verdict.no;
  const method = matchText(bytes, start + frameHeader, end, connectionStart);
  return method === Match.yes ? Verdict.server : method === Match.partly ? Verdict.needMore : Verdict.no;
}
