import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { contentsName, contentTemplate, type ContentDocument } from '@orbweaver/contracts/indices/contents.ts';
import { indexName, indicesOf } from '@orbweaver/contracts/indices/names.ts';
import { templateName } from '@orbweaver/contracts/indices/templates.ts';
import { deliver } from '@orbweaver/command/indexing/deliver.ts';
import type { ContentStore, StoredPart } from '@orbweaver/command/indexing/content-indexer.ts';
import type { OpenContent } from '../../content/content-files.ts';
import { captureSegment } from '../../content/content-id.ts';
import { contentCap } from '../../content/content-policy.ts';
import { hashOfContent, parseHashedId } from '../../content/hashed-content-id.ts';
import { BulkRequests, type BulkItem } from './bulk.ts';
import { Connection } from './connection.ts';
import { deleteMatching } from './delete-matching.ts';
import { defaults, type ElasticsearchSettings } from './settings.ts';

const decompress = promisify(zstdDecompress);
const nanosPerHour = 3_600_000_000_000n;

/**
 * What was kept beside records, in indices of its own: by the time of its packets, so that it goes when they do. A part of a piece of content is a document whose bytes are
 * only stored. Written again it is the same.
 */
export class ElasticsearchContents implements ContentStore {
  readonly #connection: Connection;
  readonly #settings: ElasticsearchSettings;
  readonly #prefix: string;

  constructor(settings: ElasticsearchSettings) {
    this.#connection = new Connection(settings);
    this.#settings = settings;
    this.#prefix = settings.prefix ?? defaults.prefix;
  }

  /** Puts the template in place: before anything is written. */
  async prepare(): Promise<void> {
    const { shards = defaults.shards, replicas = defaults.replicas } = this.#settings;
    const template = contentTemplate({ prefix: this.#prefix, shards, replicas });
    await this.#call(this.#connection.client.indices.putIndexTemplate({ name: templateName(this.#prefix, contentsName), ...template }));
  }

  async append(parts: readonly StoredPart[]): Promise<readonly (string | undefined)[]> {
    const refusals = new Map<number, string>();
    const items = parts.flatMap(({ id, part, parts: count, codec, bytes, value }, at) => {
      const name = parseHashedId(id);
      if (name === undefined) {
        refusals.set(at, `"${id}" is no id of content`);
        return [];
      }
      const index = indexName(this.#prefix, contentsName, this.#settings.width ?? defaults.width, BigInt(name.hour) * nanosPerHour);
      const data = Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64');
      const document: ContentDocument = { segment: name.segment, part, parts: count, codec, bytes, data };
      return [{ index, id: documentId(id, part), document: JSON.stringify(document), at }];
    });
    const { refused } = await deliver<BulkItem & { at: number }>(items, new BulkRequests(this.#connection), this.#settings.retry);
    for (const { item, reason } of refused) refusals.set(item.at, reason);
    return parts.map((_, at) => refusals.get(at));
  }

  /** The content of an id, or undefined if it is not there (any more), or damaged. */
  async open(id: string): Promise<OpenContent | undefined> {
    const bytes = await this.read(id);
    return bytes === undefined ? undefined : { bytes: Readable.from([bytes]), length: bytes.length };
  }

  async read(id: string): Promise<Buffer | undefined> {
    const name = parseHashedId(id);
    if (name === undefined) return undefined;
    const from = BigInt(name.hour) * nanosPerHour;
    const first = await this.#get(indicesOf(this.#prefix, [contentsName], { from, to: from + nanosPerHour }), documentId(id, 0));
    if (first === undefined || first.document.bytes > contentCap) return undefined;
    const stored = [Buffer.from(first.document.data, 'base64')];
    for (let part = 1; part < first.document.parts; part++) {
      const next = await this.#get([first.index], documentId(id, part));
      if (next === undefined) return undefined;
      stored.push(Buffer.from(next.document.data, 'base64'));
    }
    const bytes = await plain(Buffer.concat(stored), first.document);
    return bytes !== undefined && hashOfContent(bytes) === name.hash ? bytes : undefined;
  }

  /** Deletes what was kept of a capture. What was written before is included. */
  async deleteCapture(capture: string): Promise<void> {
    const doomed = { indices: `${this.#prefix}-${contentsName}-*`, field: 'segment', value: captureSegment(capture) };
    await deleteMatching(this.#connection, doomed, this.#settings.retry);
  }

  async close(): Promise<void> {
    await this.#connection.client.close();
  }

  /** A document by its id, which needs no refresh; from whichever of these indices there is. */
  async #get(indices: readonly string[], id: string): Promise<{ index: string; document: ContentDocument } | undefined> {
    const docs = indices.map((index) => ({ _index: index, _id: id }));
    const { docs: answers } = await this.#call(this.#connection.client.mget<ContentDocument>({ docs }));
    for (const answer of answers)
      if ('found' in answer && answer.found && answer._source !== undefined) return { index: answer._index, document: answer._source };
    return undefined;
  }

  async #call<T>(request: Promise<T>): Promise<T> {
    try {
      return await request;
    } catch (error) {
      throw this.#connection.failure(error);
    }
  }
}

const documentId = (id: string, part: number): string => `${id}.${part}`;

async function plain(stored: Buffer, { codec, bytes }: ContentDocument): Promise<Buffer | undefined> {
  if (codec === 'plain') return stored;
  return decompress(stored, { maxOutputLength: Math.max(1, bytes) }).catch(() => undefined);
}
