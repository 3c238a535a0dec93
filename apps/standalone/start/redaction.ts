import { defaultRedaction, type RedactionPolicy } from '@orbweaver/command/policies/redaction-policy.ts';
import type { Config } from '../settings.ts';

export function redactionOf(config: Config): RedactionPolicy {
  return {
    ...defaultRedaction,
    credentialHeaders: config.redactCredentialHeaders,
    cookieHeaders: config.redactCookieHeaders,
    parameters: config.redactParameters,
  };
}
