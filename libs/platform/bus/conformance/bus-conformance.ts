import { expect, onTestFinished, test } from 'vitest';
import type { Batch, BatchControl, BatchHandler, Bus, Consumer, Received } from '@orbweaver/command/streaming/bus.ts';

/** What a bus under test offers. */
export interface BusUnderTest {
  readonly bus: Bus;
  /** Makes a topic and gives its name. */
  topic(partitions: number, maxMessageBytes?: number): Promise<string>;
  /** A name for a group that nobody had. */
  group(): string;
  /** Bytes of a message that no topic takes. */
  readonly tooLarge: number;
}

/** What every bus keeps to. */
export function busConformance(name: string, open: () => Promise<BusUnderTest>): void {
  const text = (received: Received) => Buffer.from(received.value).toString();
  const bytes = (value: string) => ({ value: Buffer.from(value) });
  /** A topic of four partitions for the members of one group; `send` sends one message to each: in the round `a` they are `a0` to `a3`. */
  const withFourPartitions = async () => {
    const { bus, topic, group } = await open();
    const name = await topic(4);
    const producer = await bus.producer();
    onTestFinished(() => producer.close());
    const send = (round: string) =>
      Promise.all([0, 1, 2, 3].map((partition) => producer.send({ topic: name, partition }, [bytes(`${round}${partition}`)])));
    return { bus, name, members: group(), send };
  };

  /** Collects what comes; `seen(n)` resolves once there are so many. */
  class Collector implements BatchHandler {
    readonly got: Received[] = [];
    readonly batches: Batch[] = [];
    readonly assignedTo: number[] = [];
    begin: number | undefined;
    onBatch: ((batch: Batch, control: BatchControl) => Promise<void> | void) | undefined;
    #waiting: { count: number; resolve: () => void }[] = [];

    assigned(partition: { partition: number }): Promise<number | undefined> {
      this.assignedTo.push(partition.partition);
      return Promise.resolve(this.begin);
    }

    async batch(batch: Batch, control: BatchControl): Promise<void> {
      await this.onBatch?.(batch, control);
      this.batches.push(batch);
      this.got.push(...batch.messages);
      this.#waiting = this.#waiting.filter(({ count, resolve }) => {
        if (this.got.length >= count) resolve();
        return this.got.length < count;
      });
    }

    seen(count: number): Promise<void> {
      if (this.got.length >= count) return Promise.resolve();
      return new Promise((resolve) => this.#waiting.push({ count, resolve }));
    }
  }

  function consume(bus: Bus, group: string, topic: string): Consumer {
    const consumer = bus.consumer({ group, topics: [topic] });
    onTestFinished(() => consumer.stop());
    return consumer;
  }

  test(`${name}: messages_of_a_partition_come_in_order_with_headers_and_time`, async () => {
    const { bus, topic, group } = await open();
    const name = await topic(2);
    const producer = await bus.producer();
    onTestFinished(() => producer.close());
    expect(await producer.partitionsOf(name)).toBe(2);
    const before = Date.now();
    const sent = [];
    for (let i = 0; i < 20; i++)
      sent.push(producer.send({ topic: name, partition: i % 2 }, [bytes(`a${i}`), { ...bytes(`b${i}`), headers: { trace: `t${i}` } }]));
    await Promise.all(sent);
    const collector = new Collector();
    await consume(bus, group(), name).start(collector);
    await collector.seen(40);
    for (const partition of [0, 1]) {
      const mine = collector.batches.filter((batch) => batch.partition === partition).flatMap(({ messages }) => messages);
      expect(mine.map(text)).toEqual(Array.from({ length: 10 }, (_, i) => i * 2 + partition).flatMap((i) => [`a${i}`, `b${i}`]));
      expect(mine.map(({ offset }) => offset)).toEqual(mine.map((_, i) => mine[0]!.offset + i));
      expect(mine[1]!.headers).toEqual({ trace: `t${partition}` });
      for (const { timestamp } of mine) expect(timestamp).toBeGreaterThanOrEqual(before - 1000);
    }
    expect(collector.batches.at(-1)!.end).toBe(20);
  });

  test(`${name}: each_group_gets_everything_and_goes_on_behind_what_it_committed`, async () => {
    const { bus, topic, group } = await open();
    const name = await topic(1);
    const at = { topic: name, partition: 0 };
    const producer = await bus.producer();
    onTestFinished(() => producer.close());
    const [first, second] = [group(), group()];
    const one = consume(bus, first, name);
    const other = consume(bus, second, name);
    const [collector, others] = [new Collector(), new Collector()];
    await one.start(collector);
    await other.start(others);
    for (const value of ['0', '1', '2', '3']) await producer.send(at, [bytes(value)]);
    await Promise.all([collector.seen(4), others.seen(4)]);
    await one.commit(at, 2);
    await one.stop();
    // It had seen all four, and said that it is done with two.
    const again = new Collector();
    await consume(bus, first, name).start(again);
    await again.seen(2);
    expect(again.got.map(text)).toEqual(['2', '3']);
    expect(again.assignedTo).toEqual([0]);
  });

  test(`${name}: who_is_assigned_a_partition_may_begin_elsewhere`, async () => {
    const { bus, topic, group } = await open();
    const name = await topic(1);
    const producer = await bus.producer();
    onTestFinished(() => producer.close());
    for (const value of ['0', '1', '2', '3']) await producer.send({ topic: name, partition: 0 }, [bytes(value)]);
    const collector = new Collector();
    collector.begin = 2;
    await consume(bus, group(), name).start(collector);
    await collector.seen(2);
    expect(collector.got.map(text)).toEqual(['2', '3']);
  });

  test(`${name}: a_batch_that_fails_comes_again_from_behind_what_was_handled`, async () => {
    const { bus, topic, group } = await open();
    const name = await topic(1);
    const producer = await bus.producer();
    onTestFinished(() => producer.close());
    await producer.send({ topic: name, partition: 0 }, ['0', '1', '2', '3'].map(bytes));
    const collector = new Collector();
    let failed = false;
    collector.onBatch = ({ messages }, control) => {
      if (failed) return;
      failed = true;
      control.handled(messages[1]!.offset);
      throw new Error('not now');
    };
    const consumer = consume(bus, group(), name);
    await consumer.start(collector);
    await collector.seen(2);
    expect(collector.got.map(text)).toEqual(['2', '3']);
    await expect.poll(() => consumer.problem()).toBeUndefined();
  });

  test(`${name}: a_second_member_takes_its_share_and_gives_it_back`, async () => {
    const { bus, name, members, send } = await withFourPartitions();
    const all: string[] = [];
    const member = async () => {
      const collector = new Collector();
      const consumer = consume(bus, members, name);
      collector.onBatch = async (batch, control) => {
        if (control.isLost) return;
        all.push(...batch.messages.map(text));
        await consumer.commit(batch, batch.messages.at(-1)!.offset + 1).catch(() => undefined);
      };
      await consumer.start(collector);
      return { collector, consumer };
    };
    const first = await member();
    await send('a');
    await first.collector.seen(4);
    const second = await member();
    await send('b');
    await expect.poll(() => new Set(all).size, { timeout: 15_000 }).toBe(8);
    await expect.poll(() => second.collector.got.length, { timeout: 15_000 }).toBeGreaterThan(0);
    expect(new Set(second.collector.batches.map(({ partition }) => partition)).size).toBeLessThan(4);
    await first.consumer.stop();
    await send('c');
    await expect.poll(() => new Set(all).size, { timeout: 15_000 }).toBe(12);
    const [partition] = second.collector.batches;
    await expect(first.consumer.commit(partition!, 1)).rejects.toThrow(/another member/);
  });

  test(`${name}: a_paused_partition_rests_and_goes_on_without_a_gap`, async () => {
    const { bus, topic, group } = await open();
    const name = await topic(2);
    const producer = await bus.producer();
    onTestFinished(() => producer.close());
    const collector = new Collector();
    const consumer = consume(bus, group(), name);
    await consumer.start(collector);
    await producer.send({ topic: name, partition: 0 }, [bytes('0')]);
    await producer.send({ topic: name, partition: 1 }, [bytes('x')]);
    await collector.seen(2);
    consumer.pause([{ topic: name, partition: 0 }]);
    await producer.send({ topic: name, partition: 0 }, [bytes('1')]);
    await producer.send({ topic: name, partition: 1 }, [bytes('y')]);
    await collector.seen(3);
    expect(collector.got.map(text)).not.toContain('1');
    consumer.resume([{ topic: name, partition: 0 }]);
    await collector.seen(4);
    expect(collector.got.map(text).filter((value) => value < 'a')).toEqual(['0', '1']);
  });

  test(`${name}: a_pause_is_over_when_the_partition_was_someone_elses`, async () => {
    const { bus, name, members, send } = await withFourPartitions();
    const collector = new Collector();
    const first = consume(bus, members, name);
    await first.start(collector);
    await send('a');
    await collector.seen(4);
    await Promise.all([0, 1, 2, 3].map((partition) => first.commit({ topic: name, partition }, 1)));
    first.pause([0, 1, 2, 3].map((partition) => ({ topic: name, partition })));

    const others = new Collector();
    const second = consume(bus, members, name);
    await second.start(others);
    await send('b');
    await others.seen(2);
    const away = new Set(others.batches.map(({ partition }) => partition));
    await Promise.all([...away].map((partition) => second.commit({ topic: name, partition }, 2)));
    await second.stop();
    await send('c');
    await collector.seen(6);
    expect(collector.got.slice(4).map(text).sort()).toEqual([...away].sort().map((partition) => `c${partition}`));
  });

  test(`${name}: what_the_bus_will_never_take_is_refused_and_the_rest_goes_through`, async () => {
    const { bus, topic, group, tooLarge } = await open();
    const name = await topic(1, 1024 * 1024);
    const at = { topic: name, partition: 0 };
    const producer = await bus.producer();
    onTestFinished(() => producer.close());
    const results = await Promise.allSettled([
      producer.send(at, [bytes('before')]),
      producer.send(at, [{ value: Buffer.alloc(tooLarge, 'x') }]),
      producer.send(at, [bytes('behind')]),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((results[1] as PromiseRejectedResult).reason).toMatchObject({ name: 'MessageRefused' });
    const collector = new Collector();
    await consume(bus, group(), name).start(collector);
    await collector.seen(2);
    expect(collector.got.map(text)).toEqual(['before', 'behind']);
  });
}
