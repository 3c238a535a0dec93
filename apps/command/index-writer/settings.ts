import { kafkaSettings } from '@orbweaver/platform/bus/kafka/settings.ts';
import { optionalSetting, setting, type ConfigOf } from '@orbweaver/platform/service/config/settings.ts';
import { byteSize, duration, oneOf, wholeNumber } from '@orbweaver/platform/service/config/values.ts';
import { operationsSettings } from '@orbweaver/platform/service/operations.ts';
import { processSettings } from '@orbweaver/platform/service/run-process.ts';
import { tracingSettings } from '@orbweaver/platform/telemetry/tracing.ts';
import { elasticsearchSettings, elasticsearchWriterSettings } from '@orbweaver/platform/store/elasticsearch/config.ts';

/** Everything that the index-writer can be told. */
export const settings = {
  ...processSettings,
  ...operationsSettings(7284),
  ...kafkaSettings,
  ...tracingSettings,
  ...elasticsearchSettings,
  ...elasticsearchWriterSettings,
  records: setting(
    oneOf('enriched', 'dissected'),
    'enriched',
    'Which records are stored: those of the enricher, or those of the dissector as they are.',
  ),
  topicReplication: setting(wholeNumber(1, 8), 1, 'Copies of each partition of a topic that this process makes.'),
  retentionSize: optionalSetting(
    byteSize('100MB', '1000TB'),
    'Oldest records are deleted when the indices grow beyond this. Absent: no bound.',
  ),
  retentionInterval: setting(duration('1s', '1d'), 600e3, 'How often old records are looked for.'),
} as const;

export type Config = ConfigOf<typeof settings>;
