import { Match, firstOctets, matchAny, matchText } from '../sdk/detect-text.ts';
import { Verdict, type PortHint } from '../sdk/module.ts';

/** IANA: pop3. */
const port = 110;
const openings = ['CAPA\r', 'STLS\r', 'APOP ', 'USER ', 'AUTH ', 'QUIT\r'];

export const mayBegin = firstOctets(['+OK', ...openings], true);

/** The server's greeting (RFC 1939, section 4), or on the port the client's first command. Redis answers with a bare `+OK`. */
export function detectStream(bytes: Uint8Array, start: number, end: number, ports: PortHint): Verdict {
  const greeting = matchText(bytes, start, end, '+OK');
  if (greeting === Match.partly) return Verdict.needMore;
  if (greeting === Match.yes) {
    if (end - start < 4) return Verdict.needMore;
    return bytes[start + 3] === 0x20 || ports.senderPort === port ? Verdict.server : Verdict.no;
  }
  if (ports.receiverPort !== port) return Verdict.no;
  const opening = matchAny(bytes, start, end, openings, true);
  if (opening === Match.yes) return Verdict.client;
  return opening === Match.partly ? Verdict.needMore : Verdict.no;
}
