import type { ContentSettings } from '@orbweaver/control-api/adapters/analysis-messages.ts';
import type { KeepRule } from '@orbweaver/platform/content/content-policy.ts';
import type { Config } from '../settings.ts';

export function contentSettingsOf(config: Config, folder: string): ContentSettings {
  const bodies = rule(config.keepBodies, config.keepBodyBytes);
  const payload = rule(config.keepPayload, config.keepPayloadBytes);
  return { folder, policy: { bodies, payload }, limit: config.contentLimit };
}

function rule(keep: Config['keepBodies'], bytes: number): KeepRule {
  return keep === 'off' ? { keep } : { keep, bytes };
}
