import { readFileSync } from 'node:fs';
import { Side } from '../../sdk/analyzer.ts';
import { readConversations } from '../../sdk/conformance/conversations.ts';
import { recognise } from '../../sdk/conformance/replay.ts';
import { TestFlow } from '../../sdk/test-flow.ts';
import { protocol } from '../module.ts';

/**
 * How fast handshakes are read and application data is passed. Inputs are the fixtures and made outside the timed body.
 *
 *     npx node libs/protocols/tls/bench/tls.bench.ts
 */
const seconds = 2;

for (const name of ['versions', 'resumption', 'browser']) {
  const file = readFileSync(new URL(`../fixtures/${name}.pcap`, import.meta.url));
  const conversations = readConversations(file).flatMap((conversation, i) => recognise(protocol, conversation, i) ?? []);
  let handshakes = 0;
  let bytes = 0;
  const started = performance.now();
  while (performance.now() - started < seconds * 1000) {
    for (const { steps } of conversations) {
      const flow = new TestFlow(protocol);
      for (const step of steps) {
        if (step.kind !== 'data') continue;
        flow.send(step.side, step.bytes);
        bytes += step.bytes.length;
      }
      handshakes += flow.finish().length;
    }
  }
  report(name, started, bytes, handshakes);
}

const recordLength = 16_384;
const segmentLength = 1448;
const data = new Uint8Array(64 * (recordLength + 5));
for (let at = 0; at < data.length; at += recordLength + 5) data.set([23, 3, 3, recordLength >> 8, recordLength & 0xff], at);

{
  const analyzer = protocol.stream!.open!(new TestFlow(protocol));
  let bytes = 0;
  const started = performance.now();
  while (performance.now() - started < seconds * 1000) {
    for (let at = 0; at < data.length; at += segmentLength) analyzer.data(Side.source, data, at, Math.min(at + segmentLength, data.length));
    bytes += data.length;
  }
  report('application data in segments', started, bytes, 0);
}

function report(name: string, started: number, bytes: number, handshakes: number): void {
  const elapsed = (performance.now() - started) / 1000;
  const rate = handshakes > 0 ? `${Math.round(handshakes / elapsed).toLocaleString('en')} handshakes/s, ` : '';
  console.log(`${name}: ${rate}${Math.round(bytes / elapsed / 1e6).toLocaleString('en')} MB/s`);
}
