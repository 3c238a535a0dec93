import { readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { settings as controlApi } from '@orbweaver/control-api/settings.ts';
import { settings as dissector } from '@orbweaver/dissector/settings.ts';
import { settings as enricher } from '@orbweaver/enricher/settings.ts';
import { settings as indexWriter } from '@orbweaver/index-writer/settings.ts';
import { kafkaSettings } from '@orbweaver/platform/bus/kafka/settings.ts';
import { redisSettings } from '@orbweaver/platform/cache/redis/settings.ts';
import { settingsReference } from '@orbweaver/platform/service/config/reference.ts';
import type { Settings } from '@orbweaver/platform/service/config/settings.ts';
import { processSettings } from '@orbweaver/platform/service/run-process.ts';
import { elasticsearchSettings } from '@orbweaver/platform/store/elasticsearch/config.ts';
import { tracingSettings } from '@orbweaver/platform/telemetry/tracing.ts';
import { settings as searchApi } from '@orbweaver/search-api/settings.ts';
import { settings as whisperer } from '@orbweaver/whisperer/settings.ts';

const target = fileURLToPath(new URL('../../../docs/reference/cluster-settings.md', import.meta.url));

/** What several services have in common. */
const shared: Readonly<Record<string, Settings>> = {
  'Every service': processSettings,
  Kafka: kafkaSettings,
  Redis: redisSettings,
  Elasticsearch: elasticsearchSettings,
  Traces: tracingSettings,
};
const services: Readonly<Record<string, Settings>> = {
  whisperer,
  dissector,
  enricher,
  'index-writer': indexWriter,
  'control-api': controlApi,
  'search-api': searchApi,
};

/** The settings of the services of a cluster, out of their tables. */
export function buildSettingsReference(): string {
  return [
    '# Settings of the services',
    '',
    'Written by `npx node libs/tooling/reference/settings.ts` from the services; do not edit. Each is an option, an environment variable, or a line of the JSON file that',
    '`--config` names; the first that has a value wins, in this order. All that is wrong is reported at once. Those of the one server of one machine: [settings.md](settings.md).',
    ...Object.entries(shared).flatMap(([name, table]) => ['', `## ${name}`, '', settingsReference(table).trimEnd()]),
    ...Object.entries(services).flatMap(([name, table]) => ['', `## ${name}`, '', ...ofService(table)]),
    '',
  ]
    .join('\n')
    .replaceAll(`\`${hostname()}\``, 'the name of the host');
}

export function isCurrent(): boolean {
  return readFileSync(target, 'utf8') === buildSettingsReference();
}

/** Its own settings, and the names of those that it shares. */
function ofService(table: Settings): string[] {
  const others = Object.entries(shared).filter(([, common]) => Object.keys(common).every((name) => name in table));
  const common = new Set(others.flatMap(([, names]) => Object.keys(names)));
  const own = Object.fromEntries(Object.entries(table).filter(([name]) => !common.has(name)));
  const list = others.map(([name]) => (name === 'Every service' ? 'every service' : name)).join(', ');
  return [`Those of ${list}, and:`, '', settingsReference(own).trimEnd()];
}

if (import.meta.main) writeFileSync(target, buildSettingsReference());
