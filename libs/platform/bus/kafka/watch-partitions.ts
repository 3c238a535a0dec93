import type { Producer } from '@orbweaver/command/streaming/bus.ts';
import type { Logger } from '../../service/logger.ts';

/** Milliseconds between two looks. */
const lookInterval = 30_000;

export interface WatchOptions {
  readonly log: Pick<Logger, 'debug'>;
  readonly interval?: number;
}

/**
 * Looks every so often how many partitions a topic has: whoever runs the cluster may add some. Calls `changed` with their number when it is another one than `known`, or than the one before; again
 * at the next look where that rejects.
 */
export function watchPartitions(
  producer: Pick<Producer, 'partitionsOf'>,
  topic: string,
  known: number,
  changed: (partitions: number) => Promise<void> | void,
  { log, interval = lookInterval }: WatchOptions,
): { stop(): void } {
  let last = known;
  let isStopped = false;
  let timer: NodeJS.Timeout;
  const look = async () => {
    try {
      const partitions = await producer.partitionsOf(topic);
      if (partitions !== last && !isStopped) {
        await changed(partitions);
        last = partitions;
      }
    } catch (error) {
      // While Kafka is away readiness says so.
      log.debug({ err: error, topic }, 'how many partitions there are is asked later');
    }
    if (!isStopped) wait();
  };
  const wait = () => {
    timer = setTimeout(() => void look(), interval);
  };
  wait();
  return {
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
