import { hostname } from 'node:os';
import { kafkaSettings } from '@orbweaver/platform/bus/kafka/settings.ts';
import { optionalSetting, setting, type ConfigOf } from '@orbweaver/platform/service/config/settings.ts';
import { byteSize, duration, onOff, text, url, urls, wholeNumber } from '@orbweaver/platform/service/config/values.ts';
import { operationsSettings } from '@orbweaver/platform/service/operations.ts';
import { tracingSettings } from '@orbweaver/platform/telemetry/tracing.ts';
import { processSettings } from '@orbweaver/platform/service/run-process.ts';

/** Everything that can be set. The key is the name: `captureFilter` is `--capture-filter` and `ORBWEAVER_CAPTURE_FILTER`. */
export const settings = {
  ...processSettings,
  ...operationsSettings(7290),
  ...kafkaSettings,
  ...tracingSettings,
  kafkaReplication: setting(wholeNumber(1, 15), 1, 'Copies of each partition, for topics that this process makes.'),
  framesPartitions: setting(wholeNumber(1, 4096), 12, 'Partitions of frames and records, where this process makes the topic.'),
  observerName: setting(text, hostname(), 'What this whisperer is called in records.'),
  interface: optionalSetting(text, 'Captures live from this network interface; "any" for all.'),
  captureFilter: optionalSetting(text, 'What is captured live, as a pcap filter (tcp port 80).'),
  elasticsearchNodes: optionalSetting(
    urls('http', 'https'),
    'Nodes of Elasticsearch, where this interface sees them too: what is stored there is left out of a live capture, or it would be stored again, for ever.',
  ),
  redisUrl: optionalSetting(url('redis', 'rediss'), 'Redis, where this interface sees it too: left out of a live capture likewise.'),
  captureBuffer: setting(byteSize('64KiB', '1GiB'), 32 * 2 ** 20, 'Room for packets that wait to be read while capturing live.'),
  captureActiveTimeout: setting(
    duration('1s', '1d'),
    300e3,
    'A live flow that lasts longer is recorded in pieces of this length, and read on.',
  ),
  queueBytes: setting(
    byteSize('1MiB', '4GiB'),
    64 * 2 ** 20,
    'Bytes of batches that wait for Kafka: beyond it a file is read no further, and live packets are dropped.',
  ),
  batchDelay: setting(duration('10ms', '1m'), 250, 'A live packet waits no longer for its batch to fill up.'),
  statusInterval: setting(duration('1s', '1h'), 20e3, 'How often status and counters are sent.'),
  verifyChecksums: setting(onOff, false, 'Refuses packets with wrong checksums, as a receiver would.'),
  flowKeyVlan: setting(onOff, false, 'VLAN ids tell flows apart.'),
} as const;

export type Config = ConfigOf<typeof settings>;
