import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { inSpan, startTracing, traceHeaders } from '../tracing.ts';

test('without_an_endpoint_nothing_is_traced', async () => {
  const stop = await startTracing(undefined, 'test');
  expect(inSpan('work', 'consumer', {}, () => traceHeaders())).toBeUndefined();
  await stop();
});

test('a_trace_goes_through_the_headers_of_a_message_and_to_the_collector', async () => {
  const bodies: Buffer[] = [];
  const collector = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      bodies.push(Buffer.concat(parts));
      response.end();
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void collector.close());
  const { port } = collector.address() as { port: number };
  const stop = await startTracing(`http://127.0.0.1:${port}/v1/traces`, 'test-service');
  const sent = inSpan('send', 'producer', {}, () => traceHeaders())!;
  expect(sent['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  const passedOn = await inSpan('take', 'consumer', sent, () => Promise.resolve(traceHeaders()!));
  expect(passedOn['traceparent']!.slice(0, 35)).toBe(sent['traceparent']!.slice(0, 35));
  expect(passedOn['traceparent']).not.toBe(sent['traceparent']);
  expect(() =>
    inSpan('fail', 'consumer', sent, () => {
      throw new Error('no');
    }),
  ).toThrow('no');
  await stop();
  const all = Buffer.concat(bodies);
  for (const word of ['test-service', 'send', 'take', 'fail']) expect(all.includes(word)).toBe(true);
  expect(all.includes(Buffer.from(sent['traceparent']!.slice(3, 35), 'hex'))).toBe(true);
});
