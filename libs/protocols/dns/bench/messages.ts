/** `npx node libs/protocols/dns/bench/messages.ts`: nanoseconds for one message, beside a plain copy of the same bytes. */
import { Verdict } from '../../sdk/module.ts';
import { TestFlow } from '../../sdk/test-flow.ts';
import { detectDatagram } from '../detect.ts';
import { readMessage } from '../message.ts';
import { protocol } from '../module.ts';
import { answer, bytes, query } from '../test/messages.ts';

const question = bytes(query('0001', 'www.example.test'));
const reply = bytes(answer('0001', 'www.example.test'));
const ports = { senderPort: 40_000, receiverPort: 53 };
const runs = 300_000;

const copy = measure(() => Uint8Array.from(reply).length);
for (const [name, step] of [
  ['detect a query', (): number => Number(detectDatagram(question, 0, question.length, ports) === Verdict.client)],
  ['read a query', (): number => readMessage(question, 0, question.length, question.length, 'dns')!.id],
  ['read an answer', (): number => readMessage(reply, 0, reply.length, reply.length, 'dns')!.id],
] as const) {
  const nanos = measure(step);
  console.log(`${name.padEnd(28)} ${nanos.toFixed(0).padStart(6)} ns  ${(nanos / copy).toFixed(1)} copies`);
}

const flow = new TestFlow(protocol, { datagrams: true });
const exchange = measure(() => {
  flow.client(question).server(reply);
  flow.records.length = 0;
  return 1;
});
console.log(`${'query and answer to record'.padEnd(28)} ${exchange.toFixed(0).padStart(6)} ns`);

/** The best of five rounds, in nanoseconds a run. */
function measure(step: () => number): number {
  let sum = 0;
  let best = Infinity;
  for (let round = 0; round < 5; round++) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < runs; i++) sum += step();
    best = Math.min(best, Number(process.hrtime.bigint() - start) / runs);
  }
  if (sum === 0) throw new Error('nothing was measured');
  return best;
}
