import { redisSettings } from '@orbweaver/platform/cache/redis/settings.ts';
import { setting, type ConfigOf } from '@orbweaver/platform/service/config/settings.ts';
import { onOff, text } from '@orbweaver/platform/service/config/values.ts';
import { operationsSettings } from '@orbweaver/platform/service/operations.ts';
import { listenSettings } from '@orbweaver/platform/service/nest/serve.ts';
import { processSettings } from '@orbweaver/platform/service/run-process.ts';

/** Everything that the control-api can be told when it is a process of its own. */
export const settings = {
  ...processSettings,
  ...listenSettings(7281),
  ...operationsSettings(7291),
  data: setting(text, './data', 'Folder that holds users, sessions and the signing key; public-key.pem in keys/ is for the search-api.'),
  ...redisSettings,
  signInLink: setting(onOff, false, 'Prints a one-time sign-in link for the administrator, also when a password is set.'),
  webUrl: setting(text, 'http://127.0.0.1:7280', 'Where people find the pages: the printed link begins with it.'),
} as const;

export type Config = ConfigOf<typeof settings>;
