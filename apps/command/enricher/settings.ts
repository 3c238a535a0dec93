import { kafkaSettings } from '@orbweaver/platform/bus/kafka/settings.ts';
import { setting, type ConfigOf } from '@orbweaver/platform/service/config/settings.ts';
import { byteSize, duration, wholeNumber } from '@orbweaver/platform/service/config/values.ts';
import { operationsSettings } from '@orbweaver/platform/service/operations.ts';
import { tracingSettings } from '@orbweaver/platform/telemetry/tracing.ts';
import { processSettings } from '@orbweaver/platform/service/run-process.ts';

/** Everything that can be set. The key is the name: `namesPatience` is `--names-patience` and `ORBWEAVER_NAMES_PATIENCE`. */
export const settings = {
  ...processSettings,
  ...operationsSettings(7292),
  ...kafkaSettings,
  ...tracingSettings,
  kafkaReplication: setting(wholeNumber(1, 15), 1, 'Copies of each partition, for topics that this process makes.'),
  recordsWaiting: setting(
    byteSize('1MiB', '4GiB'),
    64 * 2 ** 20,
    'Bytes of records that wait for what other partitions tell of names, or for Kafka: beyond it no more of those partitions are read.',
  ),
  namesPatience: setting(
    duration('1s', '1h'),
    120e3,
    'Records go on without names once nothing more was told of their session for so long, as when a whisperer has died.',
  ),
} as const;

export type Config = ConfigOf<typeof settings>;
