import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const envelope = 'MAIL FROM:<anna@example.org>\r\nRCPT TO:<ben@example.net>\r\n';
const head = 'From: anna@example.org\r\nSubject: ';

/** What no well-behaved client says, each beginning once the server has greeted. A number is a time to wait, in milliseconds. */
const talks: readonly (readonly (string | number)[])[] = [
  // Commands pushed in front of TLS; Postfix throws them away.
  ['EHLO inject.example.org\r\n', 100, `STARTTLS\r\n${envelope}DATA\r\n`, 200],
  // A text that ends for lax servers where another mail begins.
  [
    'EHLO smuggle.example.org\r\n',
    100,
    envelope,
    100,
    'DATA\r\n',
    100,
    `${head}one\r\n\r\nfirst\r\n.\n${envelope}DATA\r\n${head}two\r\n\r\nsecond\r\n.\r\n`,
    200,
  ],
  [
    'EHLO smuggle.example.org\r\n',
    100,
    envelope,
    100,
    'DATA\r\n',
    100,
    `${head}three\r\n\r\nfirst\n.\r\n${envelope}DATA\r\n${head}four\r\n\r\nsecond\r\n.\r\n`,
    200,
  ],
  // Lines that end in LF alone, throughout.
  [
    'EHLO unix.example.org\n',
    100,
    envelope.replaceAll('\r', ''),
    100,
    'DATA\n',
    100,
    `${head.replaceAll('\r', '')}bare\n\nhello\n.\n`,
    100,
    'QUIT\n',
    100,
  ],
  // Everything in one go, the text before it was agreed on.
  [`EHLO hasty.example.org\r\n${envelope}DATA\r\n${head}hasty\r\n\r\nhello\r\n.\r\nQUIT\r\n`, 300],
  // Chunks: several, none in the last, refused, without a size, and one that breaks off.
  [
    'EHLO chunks.example.org\r\n',
    100,
    `${envelope}BDAT 39\r\n${head}pieces\r\n\r\nBDAT 5 LAST\r\nhello`,
    200,
    `${envelope}BDAT 9\r\na: b\r\n\r\nxBDAT 0 LAST\r\n`,
    200,
  ],
  ['EHLO chunks.example.org\r\n', 100, 'BDAT 5 LAST\r\nhello', 100, 'RSET\r\n', 100, `${envelope}BDAT 3\r\nabcRSET\r\n`, 200],
  ['EHLO chunks.example.org\r\n', 100, `${envelope}BDAT many\r\n`, 200],
  ['EHLO chunks.example.org\r\n', 100, `${envelope}BDAT 100 LAST\r\nbroken`, 200],
  // A second MAIL, DATA without recipients, RSET, a command that is none, a long one, source routes and quoted names.
  [
    'HELO plain.example.org\r\n',
    50,
    'MAIL FROM:<anna@example.org> SIZE=10\r\n',
    50,
    'MAIL FROM:<other@example.org>\r\n',
    50,
    'DATA\r\n',
    50,
    'RSET\r\n',
    50,
  ],
  ['HELO plain.example.org\r\n', 50, 'FROB secret-word\r\n', 50, `NOOP ${'x'.repeat(5_000)}\r\n`, 50, 'QUIT\r\n', 50],
  [
    'HELO plain.example.org\r\n',
    50,
    'mail from:<@relay.example,@other.example:"anna > weaver"@example.org>\r\n',
    50,
    'rcpt to: ben@example.net\r\n',
    50,
    'RSET\r\n',
    50,
  ],
  // A text larger than the server takes.
  ['EHLO large.example.org\r\n', 50, 'MAIL FROM:<anna@example.org> SIZE=2000000\r\n', 50, 'QUIT\r\n', 50],
];

/** Holds each talk with the server at `port`. */
export async function oddTalks(port: number): Promise<void> {
  for (const talk of talks) {
    const socket = connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    await once(socket, 'data');
    for (const turn of talk) {
      if (typeof turn === 'number') await delay(turn);
      else if (!socket.destroyed) socket.write(Buffer.from(turn, 'latin1'));
    }
    socket.destroy();
  }
}
