import { Match, containsText, firstOctets, lineEnd, matchAny } from '../sdk/detect-text.ts';
import { Verdict, type PortHint } from '../sdk/module.ts';

/** What a client says first; where the capture begins late, with the next mail. */
const greetings = ['EHLO ', 'HELO ', 'LHLO ', 'EHLO\r', 'HELO\r', 'MAIL FROM:'];
/** IANA: smtp, submission; and the one that was in between. */
const servicePorts: readonly number[] = [25, 587, 2525];

/** How a server opens the session, or says that there is none (RFC 5321, section 3.1), or none now (section 3.8). */
const openings = ['220 ', '220-', '554 ', '554-', '421 ', '421-'];

export const mayBegin = firstOctets([...greetings, ...openings], true);

/**
 * The client's greeting, or the server's opening that speaks of mail (RFC 5321, sections 4.1.1.1 and 4.2). FTP opens with the same numbers, so that an opening that does
 * not leaves it to the client's first words.
 */
export function detectStream(bytes: Uint8Array, start: number, end: number, ports: PortHint): Verdict {
  const greeting = matchAny(bytes, start, end, greetings, true);
  if (greeting !== Match.no) return greeting === Match.yes ? Verdict.client : Verdict.needMore;
  const opening = matchAny(bytes, start, end, openings);
  if (opening !== Match.yes) return opening === Match.no ? Verdict.no : Verdict.needMore;
  const line = lineEnd(bytes, start, end);
  if (line < 0) return Verdict.needMore;
  return servicePorts.includes(ports.senderPort) || containsText(bytes, start, line, 'SMTP') ? Verdict.server : Verdict.no;
}
