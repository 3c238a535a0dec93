import { defaultRedaction } from '@orbweaver/command/policies/redaction-policy.ts';
import { optionalSetting, setting, type ConfigOf } from '@orbweaver/platform/service/config/settings.ts';
import { searchLimitSettings } from '@orbweaver/search-api/search-limits.ts';
import { contentSettings } from '@orbweaver/platform/content/settings.ts';
import { listenSettings } from '@orbweaver/platform/service/nest/serve.ts';
import { processSettings } from '@orbweaver/platform/service/run-process.ts';
import { byteSize, duration, listOfText, onOff, text } from '@orbweaver/platform/service/config/values.ts';

/** Everything that can be set. The key is the name: `dataFolder` is `--data-folder` and `ORBWEAVER_DATA_FOLDER`. */
export const settings = {
  ...listenSettings(7280),
  data: setting(text, './data', 'Folder that holds everything: records, captures, users, keys.'),
  interface: optionalSetting(text, 'Captures live from this network interface; "any" for all.'),
  captureFilter: optionalSetting(text, 'What is captured live, as a pcap filter (tcp port 80).'),
  captureBuffer: setting(byteSize('64KiB', '1GiB'), 32 * 2 ** 20, 'Room for packets that wait to be read while capturing live.'),
  captureActiveTimeout: setting(
    duration('1s', '1d'),
    300e3,
    'A live flow that lasts longer is recorded in pieces of this length, and read on.',
  ),
  sample: setting(onOff, true, 'Imports a small capture of our own into an empty store.'),
  signInLink: setting(onOff, false, 'Prints a one-time sign-in link for the administrator, also when a password is set.'),
  uploadLimit: setting(byteSize('1kB', '1000TB'), 10e9, 'Bytes of one uploaded capture.'),
  ...searchLimitSettings,
  storeMemory: setting(byteSize('256MiB', '1TiB'), 2 ** 30, 'Memory that the store may use.'),
  retentionAge: optionalSetting(duration('1h', '1000y'), 'Records older than this are deleted. Absent: kept.'),
  retentionSize: optionalSetting(
    byteSize('100MB', '1000TB'),
    'Oldest records are deleted when the store grows beyond this. Absent: no bound.',
  ),
  ...contentSettings,
  contentLimit: setting(byteSize('10MB', '1000TB'), 10e9, 'Bytes of all kept bodies and payloads; beyond it the oldest go.'),
  redactCredentialHeaders: setting(
    listOfText,
    defaultRedaction.credentialHeaders,
    'Headers whose value is masked before storage; a * at the beginning stands for anything.',
  ),
  redactCookieHeaders: setting(
    listOfText,
    defaultRedaction.cookieHeaders,
    'Headers whose cookies are masked before storage; their names stay.',
  ),
  redactParameters: setting(
    listOfText,
    defaultRedaction.parameters,
    'Query parameters, form fields and JSON members whose value is masked before storage; a * at the beginning stands for anything.',
  ),
  ...processSettings,
} as const;

export type Config = ConfigOf<typeof settings>;
