/** `npx node libs/protocols/smtp/bench/mails.ts`: megabytes of mail text a second of processor time, beside a plain copy of the same bytes. */
import { TestFlow } from '../../sdk/test-flow.ts';
import { protocol } from '../module.ts';

const segmentSize = 1448;
const segments = 60_000;

/** Lines of base64 as they come in segments. */
const base64 = Buffer.from('QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0\r\n'.repeat(40)).subarray(
  0,
  segmentSize,
);
const prose = Buffer.from('The quick brown fox jumps over the lazy dog. It does so once a line, every day.\r\n'.repeat(40)).subarray(
  0,
  segmentSize,
);

const copy = measure(base64, () => {
  const target = new Uint8Array(segmentSize);
  return (bytes) => target.set(bytes);
});
const file = 'Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n';
for (const [name, head, bytes, hashes] of [
  ['a text', 'Subject: x\r\n\r\n', prose, false],
  ['a file', file, base64, false],
  ['a file with its hashes', file, base64, true],
] as const) {
  const speed = measure(bytes, () => {
    const flow = opened(hashes).client(head);
    return (segment) => flow.send(0, segment);
  });
  console.log(`${name.padEnd(24)} ${speed.toFixed(0).padStart(6)} MB/s  ${(copy / speed).toFixed(0)} copies`);
}

/** A connection that may send its text. */
function opened(hashes: boolean): TestFlow {
  const flow = new TestFlow(protocol, { destinationPort: 25, hashes });
  flow.server('220 mx\r\n').client('EHLO c\r\n').server('250 mx\r\n').client('MAIL FROM:<anna@example.org>\r\n').server('250 Ok\r\n');
  return flow.client('RCPT TO:<ben@example.net>\r\n').server('250 Ok\r\n').client('DATA\r\n').server('354 go\r\n');
}

/** The best of three rounds. */
function measure(bytes: Uint8Array, open: () => (bytes: Uint8Array) => unknown): number {
  let best = 0;
  for (let round = 0; round < 3; round++) {
    const step = open();
    const before = process.cpuUsage();
    for (let i = 0; i < segments; i++) step(bytes);
    best = Math.max(best, (bytes.length * segments) / process.cpuUsage(before).user);
  }
  return best;
}
