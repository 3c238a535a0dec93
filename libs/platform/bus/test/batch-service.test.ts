import { expect, test } from 'vitest';
import type { Batch, BatchControl, BatchHandler, Consumer } from '@orbweaver/command/streaming/bus.ts';
import { createLogger } from '../../service/logger.ts';
import { BatchServer } from '../nest/batch-server.ts';
import { batchService } from '../nest/batch-service.ts';

/** A service whose only batches are those that the test gives it. */
async function serviceOf(handlers: Readonly<Record<string, BatchHandler['batch']>>) {
  let given: BatchHandler | undefined;
  const consumer: Consumer = {
    start: (handler) => Promise.resolve(void (given = handler)),
    commit: () => Promise.resolve(),
    pause: () => undefined,
    resume: () => undefined,
    problem: () => undefined,
    stop: () => Promise.resolve(),
  };
  const app = await batchService(handlers, new BatchServer(consumer), createLogger({ level: 'silent', pretty: false, service: 'test' }));
  await app.listen();
  return { app, give: (batch: Batch, control: BatchControl) => given!.batch(batch, control) };
}

const control: BatchControl = { isLost: false, handled: () => undefined };
const batchOf = (topic: string): Batch => ({ topic, partition: 3, messages: [], end: 7 });

test('each_topics_batches_come_to_its_function_as_they_are', async () => {
  const taken: unknown[] = [];
  const take: BatchHandler['batch'] = (...all) => Promise.resolve(void taken.push(all));
  const { app, give } = await serviceOf({ one: take, other: () => Promise.reject(new Error('not for this one')) });
  await give(batchOf('one'), control);
  expect(taken).toEqual([[batchOf('one'), control]]);
  await app.close();
});

test('what_a_function_rejects_with_comes_to_the_bus_as_it_is', async () => {
  class Away extends Error {}
  const error = new Away('Elasticsearch does not answer');
  const { app, give } = await serviceOf({ one: () => Promise.reject(error) });
  await expect(give(batchOf('one'), control)).rejects.toBe(error);
  await app.close();
});
