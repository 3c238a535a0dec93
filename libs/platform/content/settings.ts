import { setting, type ConfigOf } from '../service/config/settings.ts';
import { byteSize, oneOf } from '../service/config/values.ts';
import type { ContentPolicy, KeepRule } from './content-policy.ts';

/** What an app that keeps content has among its settings. */
export const contentSettings = {
  keepBodies: setting(
    oneOf('off', 'head', 'whole'),
    'whole',
    'What is kept of HTTP bodies and mails beside the records: nothing, the beginning, or all of it.',
  ),
  keepBodyBytes: setting(byteSize('1kB', '64MiB'), 4 * 2 ** 20, 'Bytes kept of one body at most.'),
  keepPayload: setting(oneOf('off', 'head', 'whole'), 'off', 'What is kept of the payload of each side of a flow.'),
  keepPayloadBytes: setting(byteSize('1kB', '64MiB'), 64 * 1024, 'Bytes kept of one payload at most.'),
} as const;

type Config = ConfigOf<typeof contentSettings>;

export function contentPolicyOf(config: Config): ContentPolicy {
  return { bodies: rule(config.keepBodies, config.keepBodyBytes), payload: rule(config.keepPayload, config.keepPayloadBytes) };
}

function rule(keep: Config['keepBodies'], bytes: number): KeepRule {
  return keep === 'off' ? { keep } : { keep, bytes };
}
