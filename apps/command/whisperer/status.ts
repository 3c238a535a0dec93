import { topics } from '@orbweaver/contracts/topics/topics.ts';
import type { WhispererStatus } from '@orbweaver/contracts/topics/whisperer-status.ts';
import { version } from '@orbweaver/kernel/version.ts';
import type { Producer } from '@orbweaver/command/streaming/bus.ts';
import type { Logger } from '@orbweaver/platform/service/logger.ts';
import type { FrameSender } from '@orbweaver/command/capture/frame-sender.ts';
import type { Config } from './settings.ts';
import type { Source } from '@orbweaver/command/capture/source.ts';

/** Sends status and counters at once, in an interval, and once more at the end. */
export function sendStatus(
  producer: Producer,
  config: Config,
  sources: readonly Source[],
  sender: FrameSender,
  log: Logger,
): { stop(): Promise<void> } {
  const since = new Date().toISOString();
  const send = async (state: WhispererStatus['state']) => {
    const status: WhispererStatus = {
      whisperer: config.observerName,
      version,
      state,
      since,
      at: new Date().toISOString(),
      sources: sources.map((source) => ({ name: source.name, kind: source.kind, counters: source.counters() })),
      sent: { batches: sender.batches, bytes: sender.bytes, refused: sender.refused, waiting_bytes: sender.underWay },
    };
    await producer.send({ topic: topics.status.name, partition: 0 }, [{ value: Buffer.from(JSON.stringify(status)) }]);
  };
  const note = (error: unknown) => log.debug({ err: error }, 'the status was not sent');
  void send('running').catch(note);
  const timer = setInterval(() => void send('running').catch(note), config.statusInterval);
  return {
    stop: async () => {
      clearInterval(timer);
      await send('stopped').catch(note);
    },
  };
}
