import { Match, containsText, firstOctets, lineEnd, matchAny } from '../sdk/detect-text.ts';
import { Verdict, type PortHint } from '../sdk/module.ts';

/** IANA: ftp. */
const port = 21;
/** What a client says first (RFC 959, RFC 2228, RFC 2389). POP3 has a USER as well, but its server speaks first and otherwise. */
const openings = ['USER ', 'AUTH TLS', 'AUTH SSL', 'AUTH GSSAPI', 'FEAT\r', 'SYST\r'];

/** What a client says in the middle of a session; on the port only. */
const commands = [
  'PASV\r',
  'EPSV',
  'PORT ',
  'EPRT ',
  'CWD ',
  'PWD\r',
  'TYPE ',
  'LIST',
  'NLST',
  'MLSD',
  'RETR ',
  'STOR ',
  'SIZE ',
  'MDTM ',
  'REST ',
  'PASS ',
];

/** Ready, ready in a while, not available (RFC 959, section 5.4, connection establishment). */
const greetings = ['220 ', '220-', '120 ', '120-', '421 ', '421-'];

export const mayBegin = firstOctets([...openings, ...commands, ...greetings], true);

/** The client's first command, or the server's greeting that speaks of FTP. */
export function detectStream(bytes: Uint8Array, start: number, end: number, ports: PortHint): Verdict {
  const opening = matchAny(bytes, start, end, openings, true);
  if (opening === Match.partly) return Verdict.needMore;
  if (opening === Match.yes) return detectOpening(bytes, start, end, ports);
  if (ports.receiverPort === port && matchAny(bytes, start, end, commands, true) === Match.yes) return Verdict.client;
  const greeting = matchAny(bytes, start, end, greetings);
  if (greeting !== Match.yes) return greeting === Match.no ? Verdict.no : Verdict.needMore;
  const line = lineEnd(bytes, start, end);
  if (line < 0) return Verdict.needMore;
  if (containsText(bytes, start, line, 'SMTP')) return Verdict.no;
  return ports.senderPort === port || containsText(bytes, start, line, 'FTP') ? Verdict.server : Verdict.no;
}

/** One word behind USER; IRC's has four. */
function detectOpening(bytes: Uint8Array, start: number, end: number, { receiverPort }: PortHint): Verdict {
  const line = lineEnd(bytes, start, end);
  if (line < 0) return Verdict.needMore;
  let blanks = 0;
  for (let at = start; at < line; at++) if (bytes[at] === 0x20) blanks++;
  return blanks <= 1 && receiverPort !== 110 ? Verdict.client : Verdict.no;
}
