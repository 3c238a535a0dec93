import type { RetentionPolicy, Writer } from '@orbweaver/command/indexing/writer.ts';
import type { Logger } from '@orbweaver/platform/service/logger.ts';
import type { Stopping } from '@orbweaver/platform/service/stopping.ts';
import type { Config } from '../settings.ts';

/** Milliseconds between two looks at what may go. */
const interval = 10 * 60e3;

/** Drops old records by age and by size, now and then, if the settings ask for it. */
export function keepRetention(
  { retentionAge, retentionSize, stopDeadline }: Config,
  writer: Writer,
  log: Logger,
  stopping: Stopping,
): void {
  if (retentionAge === undefined && retentionSize === undefined) return;
  const policy: RetentionPolicy = {
    ...(retentionAge === undefined ? {} : { maxAgeMs: retentionAge }),
    ...(retentionSize === undefined ? {} : { maxBytes: retentionSize }),
  };
  const run = async () => {
    try {
      const dropped = await writer.retain(policy, Date.now());
      if (dropped.segments > 0) log.info(dropped, 'old records were dropped');
    } catch (error) {
      log.error({ err: error }, 'old records could not be dropped');
    }
  };
  const timer = setInterval(() => void run(), interval).unref();
  void run();
  stopping.add({ phase: 'intake', name: 'retention', deadline: stopDeadline, run: () => clearInterval(timer) });
}
