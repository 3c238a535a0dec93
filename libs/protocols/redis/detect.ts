import { Match, firstOctets, lineEnd, matchAny } from '../sdk/detect-text.ts';
import { Verdict, type PortHint } from '../sdk/module.ts';

/** IANA: redis. */
const port = 6379;
/** Answers that a server gives before it knows anybody. */
const answers = ['-NOAUTH ', '-ERR ', '-WRONGTYPE ', '-LOADING ', '-MOVED ', '-DENIED ', '+PONG\r', '-WRONGPASS ', '-MISCONF '];
const inlineCommands = ['PING', 'AUTH ', 'INFO', 'GET ', 'SET ', 'HELLO', 'QUIT', 'SELECT '];
const star = 0x2a;
const dollar = 0x24;

export const mayBegin = firstOctets([...answers, ...inlineCommands, '*', '$', '%', ':'], true);

/** A command: an array of bulk strings, `*1\r\n$4\r\nPING\r\n` (RESP). An inline command or an answer counts on the port only. */
export function detectStream(bytes: Uint8Array, start: number, end: number, ports: PortHint): Verdict {
  const answer = matchAny(bytes, start, end, answers);
  if (bytes[start] === star) return detectArray(bytes, start, end, ports);
  if (answer === Match.partly) return Verdict.needMore;
  if (answer === Match.yes) return ports.senderPort === port ? Verdict.server : Verdict.no;
  const isAnswer = bytes[start] === 0x2b || bytes[start] === 0x3a || bytes[start] === dollar || bytes[start] === 0x25;
  if (isAnswer) return ports.senderPort === port ? Verdict.server : Verdict.no;
  if (ports.receiverPort !== port) return Verdict.no;
  const inline = matchAny(bytes, start, end, inlineCommands, true);
  return inline === Match.yes ? Verdict.client : inline === Match.partly ? Verdict.needMore : Verdict.no;
}

/** `*count CR LF $length CR LF` and a letter: a server's array seldom begins with a word. */
function detectArray(bytes: Uint8Array, start: number, end: number, ports: PortHint): Verdict {
  const first = lineEnd(bytes, start, Math.min(end, start + 12));
  if (first < 0) return end - start < 12 ? Verdict.needMore : Verdict.no;
  if (!isCount(bytes, start + 1, first)) return Verdict.no;
  if (first + 1 >= end) return Verdict.needMore;
  if (bytes[first + 1] !== dollar) return ports.senderPort === port ? Verdict.server : Verdict.no;
  const second = lineEnd(bytes, first + 1, Math.min(end, first + 13));
  if (second < 0) return end - first < 13 ? Verdict.needMore : Verdict.no;
  if (!isCount(bytes, first + 2, second)) return Verdict.no;
  if (second + 1 >= end) return Verdict.needMore;
  const letter = bytes[second + 1]! & 0xdf;
  if (letter < 0x41 || letter > 0x5a) return Verdict.no;
  return ports.senderPort === port && ports.receiverPort !== port ? Verdict.server : Verdict.client;
}

/** Digits and a carriage return up to `end`. */
function isCount(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 2 || bytes[end - 1] !== 0x0d) return false;
  for (let at = start; at < end - 1; at++) if (bytes[at]! < 0x30 || bytes[at]! > 0x39) return false;
  return true;
}
