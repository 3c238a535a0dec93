import { Verdict, type PortHint } from '../sdk/module.ts';
import { Match, includesText, lineEnd, matchAny, matchText } from './match.ts';
import type { Signature } from './signature.ts';

const smtpGreetings = ['ehlo ', 'helo ', 'lhlo '];
/** RFC 5321, RFC 4217 (the FTP side of what both open with: a line of code 220). */
export const smtp: Signature = {
  name: 'smtp',
  stream(bytes, start, end, ports) {
    const hello = matchAny(bytes, start, end, smtpGreetings, true);
    if (hello === Match.yes) return Verdict.client;
    return fromGreeting(bytes, start, end, ports, hello, 'smtp', smtpPorts);
  },
};
const smtpPorts = [25, 465, 587, 2525];

const ftpCommands = ['auth tls', 'auth ssl', 'feat\r\n', 'syst\r\n', 'user anonymous', 'user ftp\r\n'];
export const ftp: Signature = {
  name: 'ftp',
  stream(bytes, start, end, ports) {
    const command = matchAny(bytes, start, end, ftpCommands, true);
    if (command === Match.yes) return Verdict.client;
    if (ports.receiverPort === 21 && matchText(bytes, start, end, 'user ', true) === Match.yes) return Verdict.client;
    return fromGreeting(bytes, start, end, ports, command, 'ftp', ftpPorts);
  },
};
const ftpPorts = [21];

/** `220` says who it is by a word in its text or, failing that, by the port. */
function fromGreeting(
  bytes: Uint8Array,
  start: number,
  end: number,
  ports: PortHint,
  other: Match,
  word: string,
  known: readonly number[],
): Verdict {
  const code = matchAny(bytes, start, end, ['220 ', '220-']);
  if (code === Match.no) return other === Match.partly ? Verdict.needMore : Verdict.no;
  const lf = lineEnd(bytes, start, end);
  if (code === Match.partly || lf < 0) return Verdict.needMore;
  const other220 = word === 'ftp' ? 'smtp' : 'ftp';
  if (includesText(bytes, start, lf, word) && !(word === 'ftp' && includesText(bytes, start, lf, 'smtp'))) return Verdict.server;
  if (includesText(bytes, start, lf, other220)) return Verdict.no;
  return known.includes(ports.senderPort) ? Verdict.server : Verdict.no;
}

const popCommands = ['capa\r\n', 'apop ', 'stls\r\n', 'auth\r\n'];
/** RFC 1939. */
export const pop3: Signature = {
  name: 'pop3',
  stream(bytes, start, end, ports) {
    const command = matchAny(bytes, start, end, popCommands, true);
    if (command === Match.yes) return Verdict.client;
    if (ports.receiverPort === 110 && matchText(bytes, start, end, 'user ', true) === Match.yes) return Verdict.client;
    const reply = matchText(bytes, start, end, '+OK ');
    if (reply === Match.yes) return Verdict.server;
    return command === Match.partly || reply === Match.partly ? Verdict.needMore : Verdict.no;
  },
};

const imapCommands = ['capability', 'login ', 'authenticate ', 'starttls', 'id ', 'noop', 'select ', 'list ', 'examine ', 'enable '];
/** RFC 9051: a tag, then a command; the server begins with `* OK`, `* PREAUTH` or `* BYE`. */
export const imap: Signature = {
  name: 'imap',
  stream(bytes, start, end) {
    const greeting = matchAny(bytes, start, end, ['* OK', '* PREAUTH', '* BYE']);
    if (greeting === Match.yes) return Verdict.server;
    if (greeting === Match.partly) return Verdict.needMore;
    const blank = bytes.indexOf(0x20, start);
    if (blank < 0 || blank >= end) return end - start <= tagLimit ? Verdict.needMore : Verdict.no;
    if (blank === start || blank - start > tagLimit || !isTag(bytes, start, blank)) return Verdict.no;
    const command = matchAny(bytes, blank + 1, end, imapCommands, true);
    return command === Match.yes ? Verdict.client : command === Match.partly ? Verdict.needMore : Verdict.no;
  },
};
const tagLimit = 16;

/** Letters and at least one digit, as all clients make them: `a001`, `1.3`. */
function isTag(bytes: Uint8Array, start: number, end: number): boolean {
  let digits = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte >= 0x30 && byte <= 0x39) digits++;
    else if (!((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a) && byte !== 0x2e && byte !== 0x24) return false;
  }
  return digits > 0;
}
