import { errors } from '@elastic/elasticsearch';
import { lifecycleName, lifecyclePolicy } from '@orbweaver/contracts/indices/lifecycle.ts';
import { mappingsOf } from '@orbweaver/contracts/indices/mappings.ts';
import { templateName, templateOf } from '@orbweaver/contracts/indices/templates.ts';
import type { DatasetSchema } from '@orbweaver/contracts/records/schema.ts';
import { StoreUnavailable } from '@orbweaver/command/indexing/writer.ts';
import { describeFailure, type Connection } from './connection.ts';
import { listIndices } from './retention.ts';
import { defaults, mergeAfterMs, type ElasticsearchSettings } from './settings.ts';

export interface PreparedCluster {
  /** The cluster runs lifecycle policies; else old indices go by `retain` only. */
  readonly hasLifecycles: boolean;
  /** Names of the indices that are there. */
  readonly indices: readonly string[];
}

/**
 * Puts policy and templates in place and gives indices of today the fields that schemas have gained since they were made. Can be done by several processes and any
 * number of times. Rejects with `StoreUnavailable` where an index of ours has a mapping that is not.
 */
export async function prepareCluster(
  connection: Connection,
  schemas: readonly DatasetSchema[],
  settings: ElasticsearchSettings,
): Promise<PreparedCluster> {
  const { client, place } = connection;
  const prefix = settings.prefix ?? defaults.prefix;
  try {
    const hasLifecycles = await answersLifecycles(connection);
    const lifecycle = lifecycleName(prefix);
    if (hasLifecycles) {
      const { deleteAfterMs } = settings;
      const policy = lifecyclePolicy({ mergeAfterMs, ...(deleteAfterMs === undefined ? {} : { deleteAfterMs }) });
      await client.ilm.putLifecycle({ name: lifecycle, ...(policy as object) });
    }
    const options = {
      prefix,
      shards: settings.shards ?? defaults.shards,
      replicas: settings.replicas ?? defaults.replicas,
      ...(hasLifecycles ? { lifecycle } : {}),
    };
    const putTemplate = (schema: DatasetSchema) =>
      client.indices.putIndexTemplate({ name: templateName(prefix, schema.dataset), ...(templateOf(schema, options) as object) });
    await Promise.all(schemas.map(putTemplate));
    const indices = await listIndices(connection, prefix);
    for (const schema of schemas) {
      if (!indices.some(({ dataset }) => dataset === schema.dataset)) continue;
      const index = `${prefix}-${schema.dataset}-*`;
      await client.indices.putMapping({ index, ...(mappingsOf(schema) as object) }).catch((error: unknown) => {
        throw isRefusal(error) ? foreign(place, index, error) : error;
      });
    }
    return { hasLifecycles, indices: indices.map(({ name }) => name) };
  } catch (error) {
    throw connection.failure(error);
  }
}

/** Lifecycles are a part of the cluster that not every build has. */
async function answersLifecycles({ client }: Connection): Promise<boolean> {
  try {
    await client.ilm.getStatus();
    return true;
  } catch (error) {
    if (error instanceof errors.ResponseError && error.statusCode !== undefined && [400, 404, 405].includes(error.statusCode)) return false;
    throw error;
  }
}

/** Names that are objects there are an error of the server's, by its status. */
function isRefusal(error: unknown): error is errors.ResponseError {
  return error instanceof errors.ResponseError && (error.statusCode === 400 || /"mapper_exception"/.test(JSON.stringify(error.body)));
}

function foreign(place: string, index: string, error: errors.ResponseError): StoreUnavailable {
  const reason = describeFailure((error.body as { error: object }).error);
  const advice = `an index of ${index} was made by someone else or by another version: delete or rename it, or set another prefix`;
  return new StoreUnavailable(`${place} has a mapping that does not fit the records (${reason}): ${advice}`, { cause: error });
}
