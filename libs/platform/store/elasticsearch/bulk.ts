import { stored, type BulkTarget, type Outcome } from '@orbweaver/command/indexing/deliver.ts';
import { describeFailure, jsonLine, type Connection } from './connection.ts';

export interface BulkItem {
  readonly index: string;
  readonly id: string;
  /** JSON of the document; undefined deletes it. */
  readonly document: string | undefined;
}

interface ItemAnswer {
  readonly status: number;
  readonly error?: { readonly type?: string; readonly reason?: string; readonly caused_by?: { readonly reason?: string } };
}

interface BulkAnswer {
  readonly errors: boolean;
  readonly items: readonly Readonly<Record<string, ItemAnswer>>[];
}

/** Only what is looked at: an answer to ten thousand records is large. */
const answerParts = 'errors,items.*.status,items.*.error';

/** `_bulk`, one request a call. An item counts as stored when the cluster has it on disk. */
export class BulkRequests implements BulkTarget<BulkItem> {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async send(items: readonly BulkItem[]): Promise<readonly Outcome[]> {
    const request = { method: 'POST', path: '/_bulk', querystring: { filter_path: answerParts }, bulkBody: bulkBody(items) };
    try {
      const answer = (await this.#connection.client.transport.request(request)) as BulkAnswer;
      return items.map((_, index) => outcomeOf(Object.values(answer.items[index] ?? {})[0]));
    } catch (error) {
      throw this.#connection.failure(error);
    }
  }
}

export function bulkBody(items: readonly BulkItem[]): string {
  let body = '';
  for (const { index, id, document } of items) {
    const place = { _index: index, _id: id };
    body += document === undefined ? `${jsonLine({ delete: place })}\n` : `${jsonLine({ index: place })}\n${document}\n`;
  }
  return body;
}

/** Too much at once and trouble within the cluster pass; a document that its mapping refuses will be refused again. */
export function outcomeOf(answer: ItemAnswer | undefined): Outcome {
  if (answer === undefined) return { kind: 'busy', reason: 'the cluster gave no answer for it' };
  const { status, error } = answer;
  if (status < 300) return stored;
  const reason = error === undefined ? `status ${status}` : describeFailure(error);
  if (status === 429 || status >= 500) return { kind: 'busy', reason: isDiskFull(reason) ? diskFull(reason) : reason };
  return { kind: 'refused', reason: error === undefined ? reason : refusalOfDocument(error) };
}

/** The outermost reason names the field; the innermost one quotes the document. */
function refusalOfDocument({ type = 'error', reason = 'no reason given', caused_by: cause }: NonNullable<ItemAnswer['error']>): string {
  const detail = cause?.reason?.split('\n', 1)[0];
  return `${type}: ${reason}${detail === undefined ? '' : ` (${detail})`}`;
}

function isDiskFull(reason: string): boolean {
  return reason.includes('flood-stage') || reason.includes('read-only-allow-delete');
}

function diskFull(reason: string): string {
  const advice = 'free disk space there, or delete old records (retention); writing goes on by itself then';
  return `a disk of the cluster is nearly full, so that it takes no records (${reason}): ${advice}`;
}

/** A reason without what differs from record to record: fit to be counted. */
export function reasonInShort(reason: string): string {
  const type = /^[a-z_]+(?=: )/.exec(reason)?.[0];
  if (type === undefined) return reason;
  const unknown = /introduction of \[([^\]]+)\] within \[([^\]]+)\]/.exec(reason);
  const field = unknown === null ? /field \[([^\]]+)\]/.exec(reason)?.[1] : `${unknown[2]}.${unknown[1]}`.replace(/^_doc\./, '');
  return field === undefined ? type : `${type} in ${field}`;
}
