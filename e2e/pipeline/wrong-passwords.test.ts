import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { loadOrCreateKeys, publicKeyFile } from '@orbweaver/platform/auth/keys.ts';
import { startService } from '@orbweaver/testing/processes/service.ts';
import { openStack, services as servers, variables, type Service as Server, type Stack } from '@orbweaver/testing/stack/stack.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

const wrong = 'a-password-of-somebody-else';
let stack: Stack;
let folder = '';
/** By server: what leads to it and opens it. */
let access: Readonly<Record<Server, Readonly<Record<string, string>>>>;

beforeAll(async () => {
  stack = await openStack({ isSecured: true });
  folder = await mkdtemp(join(tmpdir(), 'orbweaver-wrong-passwords-'));
  await loadOrCreateKeys(join(folder, 'keys'));
  const { username, password, ca } = stack.access!;
  const places = await Promise.all(servers.map(async (name) => [name, (await stack.server(name)).address] as const));
  const at = Object.fromEntries(places.map(([name, address]) => [name, { [variables[name].replace('ORBWEAVER_', '')]: address }]));
  access = {
    kafka: {
      ...{ ...at['kafka'], KAFKA_TLS: 'true', KAFKA_TLS_CA: ca },
      ...{ KAFKA_SASL: 'plain', KAFKA_USERNAME: username, KAFKA_PASSWORD: password },
    },
    elasticsearch: {
      ...{ ...at['elasticsearch'], ELASTICSEARCH_TLS_CA: ca, ELASTICSEARCH_USERNAME: username, ELASTICSEARCH_PASSWORD: password },
    },
    redis: { ...at['redis'], REDIS_TLS_CA: ca, REDIS_PASSWORD: password },
  };
});
afterAll(async () => {
  await stack?.close();
  await rm(folder, { recursive: true, force: true });
});

/** By service: the servers that it uses, with the check of its readiness that tells of each. */
const checks: Readonly<Record<string, Partial<Record<Server, string>>>> = {
  whisperer: { kafka: 'Kafka' },
  dissector: { kafka: 'frames to read', redis: 'working memory' },
  enricher: { kafka: 'records to read' },
  'index-writer': { kafka: 'topics', elasticsearch: 'elasticsearch' },
  'control-api': { kafka: 'topics', elasticsearch: 'elasticsearch', redis: 'redis' },
  'search-api': { elasticsearch: 'elasticsearch', redis: 'redis' },
};

const advice: Readonly<Record<Server, RegExp>> = {
  kafka: /SASL PLAIN authentication failed.*check kafkaUsername and kafkaPassword/,
  elasticsearch: /refuses us \(status 401\): check elasticsearchUsername and elasticsearchPassword/,
  redis: /WRONGPASS.*Check redisUsername and redisPassword/,
};

const cases = Object.entries(checks).flatMap(([name, used]) => (Object.keys(used) as Server[]).map((server) => [name, server] as const));

test.each(cases)('%s_says_which_setting_of_%s_is_wrong_and_not_how_it_reads', async (name, server) => {
  const used = Object.keys(checks[name]!) as Server[];
  const settings = Object.assign({}, ...used.map((each) => access[each])) as Record<string, string>;
  settings[`${server.toUpperCase()}_PASSWORD`] = wrong;
  settings['LOG_LEVEL'] = 'trace';
  if (name.endsWith('-api')) settings['PORT'] = '0';
  if (name === 'control-api') settings['DATA'] = join(folder, server);
  if (name === 'search-api') settings['TOKEN_PUBLIC_KEY'] = join(folder, 'keys', publicKeyFile);
  const service = await startService(name, settings, name === 'whisperer' ? ['a.pcap'] : []);
  onTestFinished(async () => void (await service.end()));
  const problems = async () => {
    const said = await service.readiness();
    if (said === undefined || said.isReady) return undefined;
    return said.checks[checks[name]![server]!];
  };
  await expect.poll(problems, { timeout: 60_000, interval: 300 }).toMatch(advice[server]);
  await service.says(new RegExp(`"(?:warn|error|fatal)".*${advice[server].source}`));
  for (const other of used.filter((each) => each !== server)) {
    const said = (await service.readiness())!.checks[checks[name]![other]!];
    expect(said ?? 'ok').not.toMatch(advice[other]);
  }
  expect(service.output + JSON.stringify(await service.readiness())).not.toContain(wrong);
  expect(service.output).not.toContain(stack.access!.password);
});
