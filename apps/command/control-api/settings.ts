import { kafkaSettings } from '@orbweaver/platform/bus/kafka/settings.ts';
import { redisSettings } from '@orbweaver/platform/cache/redis/settings.ts';
import { setting, type ConfigOf } from '@orbweaver/platform/service/config/settings.ts';
import { byteSize, onOff, text, url, wholeNumber } from '@orbweaver/platform/service/config/values.ts';
import { operationsSettings } from '@orbweaver/platform/service/operations.ts';
import { listenSettings } from '@orbweaver/platform/service/nest/serve.ts';
import { processSettings } from '@orbweaver/platform/service/run-process.ts';
import { elasticsearchSettings } from '@orbweaver/platform/store/elasticsearch/config.ts';

/** Everything that the control-api can be told when it is a process of its own. */
export const settings = {
  ...processSettings,
  ...listenSettings(7281),
  ...operationsSettings(7291),
  data: setting(
    text,
    './data',
    'Folder that holds users, sessions, uploaded captures and the signing key; public-key.pem in keys/ is for the search-api.',
  ),
  ...redisSettings,
  ...kafkaSettings,
  kafkaReplication: setting(wholeNumber(1, 15), 1, 'Copies of each partition, for topics that this process makes.'),
  framesPartitions: setting(wholeNumber(1, 4096), 12, 'Partitions of frames and records, where this process makes the topic.'),
  ...elasticsearchSettings,
  uploadLimit: setting(byteSize('1kB', '1000TB'), 10e9, 'Bytes of one uploaded capture.'),
  signInLink: setting(onOff, false, 'Prints a one-time sign-in link for the administrator, also when a password is set.'),
  webUrl: setting(url('http', 'https'), 'http://127.0.0.1:7280', 'Where people find the pages: the printed link begins with it.'),
} as const;

export type Config = ConfigOf<typeof settings>;
