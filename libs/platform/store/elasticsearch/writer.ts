import { errors } from '@elastic/elasticsearch';
import { indexName, indexSpan, type IndexWidth } from '@orbweaver/contracts/indices/names.ts';
import { originationSettings } from '@orbweaver/contracts/indices/lifecycle.ts';
import type { FlatRecord } from '@orbweaver/contracts/query/answers.ts';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { deliver, stored, wallClock, type BulkTarget, type Delivery } from '@orbweaver/command/indexing/deliver.ts';
import {
  type AppendReceipt,
  type Refusal,
  type RetentionPolicy,
  type RetentionResult,
  type Writer,
  type WriterCounters,
} from '@orbweaver/command/indexing/writer.ts';
import type { Catalogue, CatalogueField } from '@orbweaver/query/search/catalogue.ts';
import { parseInstant } from '@orbweaver/query/search/instant-text.ts';
import { refusalOf } from '../validate.ts';
import { BulkRequests, reasonInShort, type BulkItem } from './bulk.ts';
import { recordsOf } from './captured-records.ts';
import type { Connection } from './connection.ts';
import type { PreparedCluster } from './cluster.ts';
import { deleteMatching } from './delete-matching.ts';
import type { Documents } from './documents.ts';
import { deleteIndices, expiredIndices, listIndices } from './retention.ts';
import {
  defaults,
  laneBytes,
  lanes,
  maxBulkBytes,
  maxBulkRecords,
  maxFineIndices,
  maxGroupBytes,
  maxReasons,
  maxRecordBytes,
  type ElasticsearchSettings,
} from './settings.ts';

/** Names in the path of one request: a node takes 4,096 bytes of it. */
const maxPathBytes = 3000;

interface Item extends BulkItem {
  readonly document: string;
  readonly line: string;
  /** Position in its batch, and what that had refused. */
  readonly at: number;
  readonly refused: Refusal[];
}

/** A batch whose turn has not come. */
interface Waiting {
  readonly batch: readonly TrafficRecord[] | Uint8Array;
  readonly resolve: (receipt: AppendReceipt) => void;
  readonly reject: (reason: unknown) => void;
}

/** Batches that go together. */
interface Group {
  readonly batches: Waiting[];
  bytes: number;
}

/** A batch that was read: what goes to the cluster, and what does not. */
interface Read {
  readonly items: readonly Item[];
  readonly records: number;
  readonly bytes: number;
  readonly refused: Refusal[];
}

/**
 * The Writer over Elasticsearch. `append` resolves when the cluster has each record on disk (its translog, on every copy) or has refused it: there is nothing
 * between. Batches that come while others are on their way go together: a request to a cluster costs by the index that it touches, and a partition's batch has
 * few records of each. Bulk requests run side by side where there is much, but all versions of a record go through one lane, in order.
 */
export class ElasticsearchWriter implements Writer {
  readonly #connection: Connection;
  readonly #documents: Documents;
  readonly #settings: ElasticsearchSettings;
  readonly #prefix: string;
  readonly #fieldsOf: (dataset: string) => readonly CatalogueField[] | undefined;
  readonly #hasLifecycles: boolean;
  /** Indices that are there, or will be. */
  readonly #known: Set<string>;
  /** Those that are there for certain. */
  readonly #made: Set<string>;
  /** Written since the last `flush`. */
  readonly #unseen = new Set<string>();
  readonly #rejected: Record<string, number> = {};
  #stored = 0;
  #waitingBytes = 0;
  /** Why the cluster did not take all of the last request. */
  #problem: string | undefined;
  /** Whose turn comes last, and which takes more. */
  #group: Group | undefined;
  /** Groups of batches, and all else that is done, one after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    connection: Connection,
    documents: Documents,
    catalogue: Catalogue,
    settings: ElasticsearchSettings,
    cluster: PreparedCluster,
  ) {
    this.#connection = connection;
    this.#documents = documents;
    this.#settings = settings;
    this.#prefix = settings.prefix ?? defaults.prefix;
    this.#hasLifecycles = cluster.hasLifecycles;
    this.#known = new Set(cluster.indices);
    this.#made = new Set(cluster.indices);
    const fields = new Map([...catalogue.datasets.keys()].map((dataset) => [dataset, catalogue.fieldsOf([dataset])]));
    this.#fieldsOf = (dataset) => fields.get(dataset);
  }

  append(batch: readonly TrafficRecord[] | Uint8Array): Promise<AppendReceipt> {
    const bytes = batch instanceof Uint8Array ? batch.length : 0;
    this.#waitingBytes += bytes;
    return new Promise<AppendReceipt>((resolve, reject) => this.#join({ batch, resolve, reject }, bytes)).finally(
      () => (this.#waitingBytes -= bytes),
    );
  }

  async flush(): Promise<void> {
    await this.#alone(async () => {
      const names = [...this.#unseen];
      for (const index of inPaths(names)) await this.#call(this.#connection.client.indices.refresh({ index, ignore_unavailable: true }));
      for (const name of names) this.#unseen.delete(name);
    });
  }

  async deleteCapture(path: string): Promise<number> {
    await this.flush();
    return this.#alone(() => deleteMatching(this.#connection, recordsOf(this.#prefix, path), this.#settings.retry));
  }

  async retain(policy: RetentionPolicy, now: number): Promise<RetentionResult> {
    return this.#alone(async () => {
      const doomed = expiredIndices(await this.#call(listIndices(this.#connection, this.#prefix)), policy, now);
      const names = doomed.map(({ name }) => name);
      for (const index of inPaths(names)) await this.#call(deleteIndices(this.#connection, index));
      for (const name of names) {
        this.#known.delete(name);
        this.#made.delete(name);
        this.#unseen.delete(name);
      }
      const sum = (of: (index: (typeof doomed)[number]) => number) => doomed.reduce((total, index) => total + of(index), 0);
      return { segments: doomed.length, records: sum(({ records }) => records), bytes: sum(({ bytes }) => bytes) };
    });
  }

  counters(): WriterCounters {
    return { stored: this.#stored, rejected: { ...this.#rejected }, waitingBytes: this.#waitingBytes };
  }

  problem(): string | undefined {
    return this.#problem;
  }

  /** What was stored is there; that it can be found at once is not worth failing for. */
  async close(): Promise<void> {
    await this.flush().catch(() => undefined);
  }

  #join(waiting: Waiting, bytes: number): void {
    if (this.#group !== undefined && this.#group.bytes + bytes <= maxGroupBytes) {
      this.#group.batches.push(waiting);
      this.#group.bytes += bytes;
      return;
    }
    const group: Group = { batches: [waiting], bytes };
    void this.#alone(() => this.#appendGroup(group));
    this.#group = group;
  }

  async #appendGroup(group: Group): Promise<void> {
    if (this.#group === group) this.#group = undefined;
    const { batches } = group;
    try {
      const read = batches.map(({ batch }) => this.#read(batch));
      await this.#write(read.flatMap(({ items }) => items));
      for (const [index, { records, bytes, refused }] of read.entries()) {
        for (const { reason } of refused) this.#countRefusal(reasonInShort(reason));
        batches[index]!.resolve({ records, bytes, ...(refused.length === 0 ? {} : { refused }) });
      }
    } catch (error) {
      for (const { reject } of batches) reject(error);
    }
  }

  #read(batch: Waiting['batch']): Read {
    const lines = batch instanceof Uint8Array ? linesOf(batch) : batch.map((record) => JSON.stringify(record));
    const bytes = batch instanceof Uint8Array ? batch.length : lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
    const refused: Refusal[] = [];
    const items: Item[] = [];
    for (const [at, line] of lines.entries()) {
      const item = this.#item(line, at, refused);
      if ('index' in item) items.push(item);
      else refused.push(item);
    }
    return { items, records: lines.length, bytes, refused };
  }

  async #write(items: readonly Item[]): Promise<void> {
    await this.#makeIndices(new Set(items.map(({ index }) => index)));
    const bytes = items.reduce((sum, { document }) => sum + document.length, 0);
    const queues: Item[][] = Array.from({ length: Math.min(lanes, Math.ceil(bytes / laneBytes)) }, () => []);
    for (const item of items) queues[laneOf(item.id, queues.length)]!.push(item);
    const results = await Promise.allSettled(queues.map((queue) => this.#deliver(queue)));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  /** A line as what goes to the cluster, or why it doesn't. */
  #item(line: string, at: number, refused: Refusal[]): Item | Refusal {
    const refusal = (reason: string): Refusal => ({ at, record: line, reason });
    if (line.length > maxRecordBytes / 4 && Buffer.byteLength(line) > maxRecordBytes) return refusal('too long');
    let record: FlatRecord;
    try {
      record = JSON.parse(line) as FlatRecord;
    } catch {
      return refusal('not JSON');
    }
    const reason = refusalOf(record, this.#fieldsOf);
    if (reason !== undefined) return refusal(reason);
    const time = parseInstant(record['@timestamp'])!;
    // `date_nanos` begins there.
    if (time < 0n) return refusal('@timestamp is before 1970');
    const id = record['event.id'];
    return { index: this.#indexOf(record['event.dataset'], time), id, document: this.#documents.encode(record, line), line, at, refused };
  }

  /** The index of a record: always the same for a time and a dataset, so that writing a record twice leaves one. */
  #indexOf(dataset: string, time: bigint): string {
    const width: IndexWidth = this.#settings.widths?.[dataset] ?? this.#settings.width ?? defaults.width;
    const fine = indexName(this.#prefix, dataset, width, time);
    if (this.#known.has(fine)) return fine;
    const year = indexName(this.#prefix, dataset, 'year', time);
    const own = `${this.#prefix}-${dataset}-`;
    const isFull = this.#known.size >= maxFineIndices && [...this.#known].filter((name) => name.startsWith(own)).length >= maxFineIndices;
    if (isFull || this.#known.has(year)) return year;
    this.#known.add(fine);
    return fine;
  }

  /** Delivers a lane's items, a request at a time. */
  async #deliver(queue: readonly Item[]): Promise<void> {
    const requests = new BulkRequests(this.#connection);
    for (const items of requestsOf(queue)) {
      // Of several versions in one request the last would win anyway; sent again one by one, it might not.
      const last = [...new Map(items.map((item) => [`${item.index} ${item.id}`, item])).values()];
      const delivery = await this.#brought<Item>(last, requests);
      for (const { item, reason } of delivery.refused) item.refused.push({ at: item.at, record: item.line, reason });
      this.#stored += delivery.stored + items.length - last.length;
      for (const { index } of last) this.#unseen.add(index);
    }
  }

  /** Delivers, and remembers for `problem` what holds it up. */
  async #brought<T>(items: readonly T[], target: BulkTarget<T>): Promise<Delivery<T>> {
    const delivery = await deliver(items, target, this.#settings.retry, wallClock, (reason) => (this.#problem = reason));
    this.#problem = undefined;
    return delivery;
  }

  #countRefusal(reason: string): void {
    const counted = reason in this.#rejected || Object.keys(this.#rejected).length < maxReasons ? reason : 'other';
    this.#rejected[counted] = (this.#rejected[counted] ?? 0) + 1;
  }

  /** Makes the indices that are not there yet from their templates, so that none comes to be without. */
  async #makeIndices(names: ReadonlySet<string>): Promise<void> {
    const missing = [...names].filter((name) => !this.#made.has(name));
    const make = async (index: string) => {
      const { to } = indexSpan(this.#prefix, index)!;
      const settings = this.#hasLifecycles ? { settings: originationSettings(to) } : {};
      try {
        await this.#connection.client.indices.create({ index, ...settings });
      } catch (error) {
        if (!(error instanceof errors.ResponseError) || !JSON.stringify(error.body).includes('resource_already_exists'))
          throw this.#connection.failure(error);
      }
      this.#made.add(index);
      return stored;
    };
    const target = { send: async (indices: readonly string[]) => [await make(indices[0]!)] };
    for (const name of missing) await this.#brought([name], target);
  }

  async #call<T>(request: Promise<T>): Promise<T> {
    try {
      return await request;
    } catch (error) {
      throw this.#connection.failure(error);
    }
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    // What comes later stays behind this.
    this.#group = undefined;
    const next = this.#turn.then(work, work);
    this.#turn = next.catch(() => undefined);
    return next;
  }
}

function linesOf(bytes: Uint8Array): string[] {
  return new TextDecoder()
    .decode(bytes)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** All versions of a record have one lane (FNV-1a of the id). */
function laneOf(id: string, count: number): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % count;
}

/** The items of one lane as requests, each within its bounds. */
function* requestsOf(queue: readonly Item[]): Generator<Item[]> {
  let items: Item[] = [];
  let bytes = 0;
  for (const item of queue) {
    if (items.length > 0 && (items.length === maxBulkRecords || bytes + item.document.length > maxBulkBytes)) {
      yield items;
      items = [];
      bytes = 0;
    }
    items.push(item);
    bytes += item.document.length;
  }
  if (items.length > 0) yield items;
}

/** Names in parts that fit the path of a request. */
function inPaths(names: readonly string[]): string[][] {
  const parts: string[][] = [];
  let length = maxPathBytes;
  for (const name of names) {
    length += name.length + 1;
    if (length > maxPathBytes) {
      parts.push([]);
      length = name.length + 1;
    }
    parts.at(-1)!.push(name);
  }
  return parts;
}
