import { readFileSync } from 'node:fs';
import { optionalSetting, secretSetting, setting, type ConfigOf } from '../../service/config/settings.ts';
import { duration, oneOf, text, urls, wholeNumber } from '../../service/config/values.ts';
import { defaults, type ElasticsearchSettings } from './settings.ts';

/** What an app that uses Elasticsearch has among its settings. */
export const elasticsearchSettings = {
  elasticsearchNodes: setting(
    urls('http', 'https'),
    ['http://127.0.0.1:9200'],
    'Nodes of the Elasticsearch cluster, as http(s)://host:port.',
  ),
  elasticsearchUsername: optionalSetting(text, 'User name for Elasticsearch.'),
  elasticsearchPassword: secretSetting(text, 'Password for Elasticsearch.'),
  elasticsearchTlsCa: optionalSetting(text, 'File with the certificates (PEM) that vouch for the nodes; absent: those of the system.'),
  indexPrefix: setting(text, defaults.prefix, 'Begins the names of all indices and templates.'),
} as const;

/** What an app that writes there has besides. */
export const elasticsearchWriterSettings = {
  indexWidth: setting(oneOf('hour', 'day', 'month'), defaults.width, 'The time that one new index holds.'),
  indexShards: setting(wholeNumber(1, 64), defaults.shards, 'Shards of a new index.'),
  indexReplicas: setting(wholeNumber(0, 8), defaults.replicas, 'Copies of each shard beside the first: as many nodes may be lost.'),
  retentionAge: optionalSetting(duration('1h', '1000y'), 'Records older than this are deleted. Absent: kept.'),
} as const;

type Connection = ConfigOf<typeof elasticsearchSettings>;
type Writing = ConfigOf<typeof elasticsearchWriterSettings>;

/** The settings as the store takes them. Throws with the name of the setting that cannot be used. */
export function storeSettingsOf(config: Connection & Partial<Writing>): ElasticsearchSettings {
  const { elasticsearchUsername: username, elasticsearchPassword: password, elasticsearchTlsCa: ca } = config;
  if (username !== undefined && password === undefined) throw new Error('elasticsearchUsername is set, and elasticsearchPassword is not');
  return {
    nodes: config.elasticsearchNodes,
    prefix: config.indexPrefix,
    ...(username === undefined ? {} : { username, password: password! }),
    ...(ca === undefined ? {} : { ca: read('elasticsearchTlsCa', ca) }),
    ...(config.indexWidth === undefined ? {} : { width: config.indexWidth }),
    ...(config.indexShards === undefined ? {} : { shards: config.indexShards }),
    ...(config.indexReplicas === undefined ? {} : { replicas: config.indexReplicas }),
    ...(config.retentionAge === undefined ? {} : { deleteAfterMs: config.retentionAge }),
  };
}

function read(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`${name}: ${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
