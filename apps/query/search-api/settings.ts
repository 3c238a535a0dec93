import { redisSettings } from '@orbweaver/platform/cache/redis/settings.ts';
import { optionalSetting, type ConfigOf } from '@orbweaver/platform/service/config/settings.ts';
import { text } from '@orbweaver/platform/service/config/values.ts';
import { operationsSettings } from '@orbweaver/platform/service/operations.ts';
import { listenSettings } from '@orbweaver/platform/service/nest/serve.ts';
import { processSettings } from '@orbweaver/platform/service/run-process.ts';
import { elasticsearchSettings } from '@orbweaver/platform/store/elasticsearch/config.ts';
import { searchLimitSettings } from './search-limits.ts';

/** Everything that the search-api can be told when it is a process of its own. */
export const settings = {
  ...processSettings,
  ...listenSettings(7282),
  ...operationsSettings(7292),
  tokenPublicKey: optionalSetting(text, 'File with the public key (PEM) of the control-api, which signs the access tokens. Needed.'),
  ...elasticsearchSettings,
  ...redisSettings,
  ...searchLimitSettings,
} as const;

export type Config = ConfigOf<typeof settings>;
