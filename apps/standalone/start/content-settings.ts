import type { ContentSettings } from '@orbweaver/control-api/adapters/analysis-messages.ts';
import { contentPolicyOf } from '@orbweaver/platform/content/settings.ts';
import type { Config } from '../settings.ts';

export function contentSettingsOf(config: Config, folder: string): ContentSettings {
  return { folder, policy: contentPolicyOf(config), limit: config.contentLimit };
}
