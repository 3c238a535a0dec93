import { Verdict } from '../sdk/module.ts';
import { Match, isPrintable, lineEnd, matchAny, matchText } from './match.ts';
import type { Signature } from './signature.ts';

const ircCommands = ['NICK ', 'CAP LS', 'CAP REQ', 'CAP END', 'JOIN #', 'PRIVMSG ', 'PASS :'];
/** RFC 1459, RFC 2812: `NICK`, `USER a b c :d`; the server names itself behind a colon and gives a number or a `NOTICE`. */
export const irc: Signature = {
  name: 'irc',
  stream(bytes, start, end) {
    const command = matchAny(bytes, start, end, ircCommands);
    if (command === Match.yes) return Verdict.client;
    const notice = matchAny(bytes, start, end, ['NOTICE AUTH', 'NOTICE *']);
    if (notice === Match.yes) return Verdict.server;
    const user = matchText(bytes, start, end, 'USER ');
    if (command === Match.partly || notice === Match.partly || user === Match.partly) return Verdict.needMore;
    const lf = lineEnd(bytes, start, end);
    if (user === Match.yes) {
      if (lf < 0) return Verdict.needMore;
      return countBlanks(bytes, start, lf) >= 4 && bytes.subarray(start, lf).includes(0x3a) ? Verdict.client : Verdict.no;
    }
    if (bytes[start] !== 0x3a) return Verdict.no;
    const blank = bytes.indexOf(0x20, start);
    if (blank < 0 || blank + 4 >= end) return end - start < prefixLimit ? Verdict.needMore : Verdict.no;
    if (!isPrintable(bytes, start, blank)) return Verdict.no;
    const isNumber = bytes[blank + 4] === 0x20 && isDigit(bytes[blank + 1]!) && isDigit(bytes[blank + 2]!) && isDigit(bytes[blank + 3]!);
    return isNumber || matchAny(bytes, blank + 1, end, ['NOTICE ', 'PRIVMSG ', 'JOIN ']) === Match.yes ? Verdict.server : Verdict.no;
  },
};
const prefixLimit = 128;

const sipMethods = [
  'INVITE',
  'REGISTER',
  'OPTIONS',
  'ACK',
  'BYE',
  'CANCEL',
  'SUBSCRIBE',
  'NOTIFY',
  'PUBLISH',
  'MESSAGE',
  'INFO',
  'UPDATE',
  'PRACK',
  'REFER',
];
const sipRequests = sipMethods.flatMap((method) => ['sip:', 'sips:', 'tel:'].map((scheme) => `${method} ${scheme}`));

/** RFC 3261, section 7. Either side sends requests; the first one opens. */
function detectSip(bytes: Uint8Array, start: number, end: number): Verdict {
  const request = matchAny(bytes, start, end, sipRequests);
  if (request === Match.yes) return Verdict.client;
  const response = matchText(bytes, start, end, 'SIP/2.0 ');
  if (response === Match.yes) return Verdict.server;
  return request === Match.partly || response === Match.partly ? Verdict.needMore : Verdict.no;
}
export const sip: Signature = { name: 'sip', stream: detectSip, datagram: detectSip };

/** RFC 4253, section 4.2. */
export const ssh: Signature = {
  name: 'ssh',
  stream(bytes, start, end) {
    const match = matchAny(bytes, start, end, ['SSH-2.0-', 'SSH-1.']);
    return match === Match.yes ? Verdict.either : match === Match.partly ? Verdict.needMore : Verdict.no;
  },
};

/** RFC 6143, section 7.1.1. The server speaks first. */
export const vnc: Signature = {
  name: 'vnc',
  stream(bytes, start, end) {
    const match = matchText(bytes, start, end, 'RFB 00');
    return match === Match.yes ? Verdict.either : match === Match.partly ? Verdict.needMore : Verdict.no;
  },
};

/** RFC 9113, section 3.4: the connection preface. */
export const http2: Signature = {
  name: 'http2',
  stream(bytes, start, end) {
    const match = matchText(bytes, start, end, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    return match === Match.yes ? Verdict.client : match === Match.partly ? Verdict.needMore : Verdict.no;
  },
};

/** RFC 2326, RFC 7826. */
export const rtsp: Signature = {
  name: 'rtsp',
  stream(bytes, start, end) {
    const request = matchAny(bytes, start, end, [
      'OPTIONS rtsp://',
      'DESCRIBE rtsp://',
      'SETUP rtsp://',
      'PLAY rtsp://',
      'OPTIONS * RTSP/',
    ]);
    if (request === Match.yes) return Verdict.client;
    const response = matchText(bytes, start, end, 'RTSP/');
    if (response === Match.yes) return Verdict.server;
    return request === Match.partly || response === Match.partly ? Verdict.needMore : Verdict.no;
  },
};

/** RFC 3164, RFC 5424: `<` priority `>`. */
export const syslog: Signature = {
  name: 'syslog',
  datagram(bytes, start, end) {
    if (bytes[start] !== 0x3c) return Verdict.no;
    let priority = 0;
    for (let i = start + 1; i < end && i <= start + 4; i++) {
      const byte = bytes[i]!;
      if (byte === 0x3e) return i > start + 1 && priority <= 191 ? Verdict.client : Verdict.no;
      if (!isDigit(byte)) return Verdict.no;
      priority = priority * 10 + (byte - 0x30);
    }
    return Verdict.no;
  },
};

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function countBlanks(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let i = start; i < end; i++) if (bytes[i] === 0x20) count++;
  return count;
}
