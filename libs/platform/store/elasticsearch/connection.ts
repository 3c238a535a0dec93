import { setTimeout } from 'node:timers/promises';
import { Client, errors } from '@elastic/elasticsearch';
import { StoreUnavailable } from '@orbweaver/command/indexing/writer.ts';
import { defaultTimeLimitMs, QueryTimeout, QueryTooLarge, type ReadOptions } from '@orbweaver/query/search/reader.ts';
import { withoutSecrets } from '../../service/config/values.ts';
import type { Aggregations } from './aggregations.ts';
import type { Query } from './query-dsl.ts';
import { requestTimeoutMs, type ElasticsearchSettings } from './settings.ts';

export interface SearchBody {
  readonly query: Query;
  readonly size: number;
  readonly sort?: readonly Readonly<Record<string, unknown>>[];
  readonly search_after?: readonly unknown[];
  readonly track_total_hits?: boolean | number;
  readonly timeout?: string;
  readonly _source?: boolean | readonly string[];
  readonly aggs?: Aggregations;
}

export interface SearchAnswer {
  readonly timed_out: boolean;
  readonly hits: {
    readonly total?: { readonly value: number; readonly relation: 'eq' | 'gte' };
    readonly hits: readonly Hit[];
  };
  readonly aggregations?: Readonly<Record<string, unknown>>;
}

export interface Hit {
  readonly _id: string;
  readonly _index: string;
  readonly _source: Readonly<Record<string, unknown>>;
  readonly sort?: readonly unknown[];
}

/** Milliseconds that a shard is waited for which is about to be there, and between two tries. */
const beginningMs = 5000;
const beginningPauseMs = 50;

interface Failure {
  readonly type?: string;
  readonly reason?: string;
  readonly caused_by?: Failure;
  readonly root_cause?: readonly Failure[];
}

/** The cluster, with what goes wrong there told as the ports tell it. */
export class Connection {
  readonly client: Client;
  /** For messages. */
  readonly place: string;

  constructor({ nodes, username, password, ca }: ElasticsearchSettings) {
    this.place = `Elasticsearch at ${nodes.map(withoutSecrets).join(', ')}`;
    this.client = new Client({
      nodes: [...nodes],
      requestTimeout: requestTimeoutMs,
      // Who repeats a request knows whether that is safe.
      maxRetries: 0,
      ...(username === undefined ? {} : { auth: { username, password: password ?? '' } }),
      ...(ca === undefined ? {} : { tls: { ca } }),
    });
  }

  /**
   * Searches, several in one request; their indices stand in the body, where there is room for many. Those that don't exist hold nothing. Ending the request
   * ends the searches in the cluster.
   */
  async search(indices: readonly string[], bodies: readonly SearchBody[], options: ReadOptions = {}): Promise<SearchAnswer[]> {
    const { signal, timeLimitMs = defaultTimeLimitMs } = options;
    signal?.throwIfAborted();
    const limit = AbortSignal.timeout(timeLimitMs);
    // Half an answer is wanted only by who sets a time for it and looks whether it was kept.
    const header = ({ timeout }: SearchBody) => ({
      index: indices,
      ignore_unavailable: true,
      allow_no_indices: true,
      allow_partial_search_results: timeout !== undefined,
    });
    const searches = bodies.flatMap((body) => [jsonLine(header(body)), jsonLine(body)]);
    const both = signal === undefined ? limit : AbortSignal.any([signal, limit]);
    const started = performance.now();
    try {
      for (;;) {
        // A connection that was idle may be gone without a word; asking twice changes nothing.
        const settings = { signal: both, requestTimeout: timeLimitMs, maxRetries: 1 };
        const { responses } = await this.client.msearch({ searches: searches as never }, settings);
        const failure = responses.map((response) => ('error' in response ? (response.error as Failure) : undefined)).find(Boolean);
        if (failure === undefined) return responses as unknown as SearchAnswer[];
        if (!isBeginning(failure) || performance.now() - started > beginningMs) throw questionFailed(failure);
        await setTimeout(beginningPauseMs, undefined, { signal: both });
      }
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (limit.aborted || error instanceof errors.TimeoutError) throw new QueryTimeout(timeLimitMs);
      throw this.failure(error);
    }
  }

  /** What a failed request means: the cluster is away or refuses us, or we asked for something that it cannot do. */
  failure(error: unknown): unknown {
    if (error instanceof errors.ConnectionError || error instanceof errors.TimeoutError || error instanceof errors.NoLivingConnectionsError)
      return new StoreUnavailable(`${this.place} does not answer: ${error.message}`, { cause: error });
    if (error instanceof errors.ProductNotSupportedError) return this.#stranger(error);
    if (!(error instanceof errors.ResponseError)) return error;
    const status = error.statusCode ?? 0;
    if (status === 401 || status === 403)
      return new StoreUnavailable(
        `${this.place} refuses us (status ${status}): check elasticsearchUsername and elasticsearchPassword, and the role`,
        { cause: error },
      );
    if (status === 429 || status >= 500)
      return new StoreUnavailable(`${this.place} cannot answer now (status ${status}): ${reasonOf(error.body)}`, { cause: error });
    return typeof (error.body as { error?: unknown } | undefined)?.error === 'object' ? error : this.#stranger(error);
  }

  #stranger(cause: Error): StoreUnavailable {
    return new StoreUnavailable(`${this.place} is none, by its answers: check the address and what stands before it`, { cause });
  }
}

function reasonOf(body: unknown): string {
  const error = (body as { error?: Failure | string } | undefined)?.error;
  return typeof error === 'object' ? describeFailure(error) : String(error ?? 'no reason given');
}

/** `type: reason`, of the innermost cause. */
export function describeFailure(failure: Failure): string {
  const inner = failure.root_cause?.[0] ?? failure.caused_by;
  if (inner !== undefined && inner.reason !== undefined) return describeFailure(inner);
  return `${failure.type ?? 'error'}: ${failure.reason ?? 'no reason given'}`;
}

/** A shard that nobody holds yet: its index was made just now, or its node has just gone and another takes over. */
function isBeginning(failure: Failure): boolean {
  return /missing shards|no_shard_available_action_exception/.test(JSON.stringify(failure));
}

const tooLarge =
  /too_many_buckets|too_many_nested_clauses|max nested depth|circuit_breaking|too_complex|determiniz|max_regex_length|regex.*length/i;

function questionFailed(failure: Failure): Error {
  const text = `${JSON.stringify(failure)}`;
  if (tooLarge.test(text))
    return new QueryTooLarge(`The question is too much for Elasticsearch (${describeFailure(failure)}): ask a narrower one`);
  return new StoreUnavailable(`Elasticsearch could not answer: ${describeFailure(failure)}`);
}

/** One line of NDJSON. Half a surrogate pair cannot be UTF-8: U+FFFD stands for it, as in what is stored. */
export function jsonLine(value: unknown): string {
  const text = JSON.stringify(value);
  return text.includes('\\ud') ? text.replace(/(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g, '$1\ufffd') : text;
}
