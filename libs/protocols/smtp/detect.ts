import { Match, containsText, firstOctets, lineEnd, matchAny, matchText } from '../sdk/detect-text.ts';
import { Verdict, type PortHint } from '../sdk/module.ts';

/** What a client says first; where the capture begins late, with the next mail. */
const greetings = ['EHLO ', 'HELO ', 'LHLO ', 'EHLO\r', 'HELO\r', 'MAIL FROM:'];
/** IANA: smtp, submission; and the one that was in between. */
const servicePorts: readonly number[] = [25, 587, 2525];

export const mayBegin = firstOctets([...greetings, '220'], true);

/**
 * The client's greeting, or the server's `220` that speaks of mail (RFC 5321, sections 4.1.1.1 and 4.2). FTP greets with the same number, so that a `220` that does
 * not leaves it to the client's first words.
 */
export function detectStream(bytes: Uint8Array, start: number, end: number, ports: PortHint): Verdict {
  const greeting = matchAny(bytes, start, end, greetings, true);
  if (greeting !== Match.no) return greeting === Match.yes ? Verdict.client : Verdict.needMore;
  const ready = Math.max(matchText(bytes, start, end, '220 '), matchText(bytes, start, end, '220-'));
  if (ready !== Match.yes) return ready === Match.no ? Verdict.no : Verdict.needMore;
  const line = lineEnd(bytes, start, end);
  if (line < 0) return Verdict.needMore;
  return servicePorts.includes(ports.senderPort) || containsText(bytes, start, line, 'SMTP') ? Verdict.server : Verdict.no;
}
