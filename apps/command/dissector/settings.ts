import { defaultRedaction } from '@orbweaver/command/policies/redaction-policy.ts';
import { kafkaSettings } from '@orbweaver/platform/bus/kafka/settings.ts';
import { contentSettings } from '@orbweaver/platform/content/settings.ts';
import { redisSettings } from '@orbweaver/platform/cache/redis/settings.ts';
import { setting, type ConfigOf } from '@orbweaver/platform/service/config/settings.ts';
import { byteSize, duration, listOfText, onOff, wholeNumber } from '@orbweaver/platform/service/config/values.ts';
import { operationsSettings } from '@orbweaver/platform/service/operations.ts';
import { tracingSettings } from '@orbweaver/platform/telemetry/tracing.ts';
import { processSettings } from '@orbweaver/platform/service/run-process.ts';

/** Everything that can be set. The key is the name: `replayLimit` is `--replay-limit` and `ORBWEAVER_REPLAY_LIMIT`. */
export const settings = {
  ...processSettings,
  ...operationsSettings(7291),
  ...kafkaSettings,
  ...redisSettings,
  ...tracingSettings,
  kafkaReplication: setting(wholeNumber(1, 15), 1, 'Copies of each partition, for topics that this process makes.'),
  checkpointInterval: setting(duration('100ms', '10m'), 2000, 'How often it is noted from where a partition would have to be read again.'),
  replayLimit: setting(
    wholeNumber(16, 1e6),
    8192,
    'Batches of a partition that may have to be read again: a flow that is open for longer is recorded in pieces. The same for all dissectors.',
  ),
  recordsWaiting: setting(
    byteSize('1MiB', '4GiB'),
    32 * 2 ** 20,
    'Bytes of records that wait for Kafka: beyond it no more frames are read.',
  ),
  flowLimit: setting(wholeNumber(1000, 4e6), 500_000, 'Flows that are open at a time, by partition and whisperer. About 430 bytes each.'),
  reassemblyLimit: setting(
    byteSize('1MiB', '64GiB'),
    128 * 2 ** 20,
    'Bytes that may wait for holes in TCP streams, by partition and whisperer.',
  ),
  ...contentSettings,
  redaction: setting(onOff, true, 'Masks secrets in records before they leave this process.'),
  redactCredentialHeaders: setting(
    listOfText,
    defaultRedaction.credentialHeaders,
    'Headers whose value is masked; a * at the beginning stands for anything.',
  ),
  redactCookieHeaders: setting(listOfText, defaultRedaction.cookieHeaders, 'Headers whose cookies are masked; their names stay.'),
  redactParameters: setting(
    listOfText,
    defaultRedaction.parameters,
    'Query parameters, form fields and JSON members whose value is masked; a * at the beginning stands for anything.',
  ),
} as const;

export type Config = ConfigOf<typeof settings>;
