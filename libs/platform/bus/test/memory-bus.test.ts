import { expect, test } from 'vitest';
import { busConformance } from '../conformance/bus-conformance.ts';
import { MemoryBus } from '../memory/memory-bus.ts';

busConformance('memory', () => {
  const topics = [1, 2, 4].map((partitions) => ({ name: `t${partitions}`, partitions, maxMessageBytes: 2 ** 20 }));
  let groups = 0;
  return Promise.resolve({
    bus: new MemoryBus(topics),
    topic: (partitions) => Promise.resolve(`t${partitions}`),
    group: () => `g${groups++}`,
    tooLarge: 2 ** 20 + 1,
  });
});

test('a_slow_group_holds_the_sender_back', async () => {
  const bus = new MemoryBus([{ name: 't', partitions: 1 }], { partitionBytes: 10 });
  const consumer = bus.consumer({ group: 'g', topics: ['t'] });
  const producer = await bus.producer();
  await producer.send({ topic: 't', partition: 0 }, [{ value: new Uint8Array(10) }]);
  let isSent = false;
  const second = producer.send({ topic: 't', partition: 0 }, [{ value: new Uint8Array(1) }]).then(() => (isSent = true));
  await new Promise(setImmediate);
  expect(isSent).toBe(false);
  await consumer.start({ batch: () => Promise.resolve() });
  await second;
  await consumer.stop();
});

test('without_a_reader_the_oldest_go_and_are_counted', async () => {
  const bus = new MemoryBus([{ name: 't', partitions: 1 }], { partitionBytes: 10 });
  const producer = await bus.producer();
  for (let i = 0; i < 4; i++) await producer.send({ topic: 't', partition: 0 }, [{ value: new Uint8Array(5) }]);
  expect(bus.dropped).toBe(2);
});
