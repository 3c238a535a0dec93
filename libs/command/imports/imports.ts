import { randomUUID } from 'node:crypto';
import type { Capture } from '@orbweaver/contracts/http/captures.ts';
import type { Writer } from '../indexing/writer.ts';
import { CaptureDeleted, type AnalysisResult, type Analyst } from './analyst.ts';
import type { CaptureFiles } from './capture-files.ts';
import type { CaptureTable } from './capture-table.ts';
import { ReceiveError } from './receive-error.ts';
import { untilAvailable } from './until-available.ts';

/** Removes the bytes that were kept beside a capture's records. */
export interface KeptContent {
  deleteCapture(capture: string): Promise<void>;
}

export interface ImportParts {
  readonly table: CaptureTable;
  readonly files: CaptureFiles;
  readonly analyst: Analyst;
  readonly writer: Pick<Writer, 'append' | 'flush' | 'deleteCapture'>;
  readonly content: KeptContent;
  /** Bytes of one capture. */
  readonly uploadLimit: number;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Told of every capture whose analysis ended, well or not. */
  readonly onEnd?: (capture: Capture) => void;
}

/** Captures that wait to be analysed; more are turned away. */
export const maxWaiting = 1000;
/** Captures that come in side by side; more are turned away. */
export const maxReceiving = 8;

/**
 * Brings captures in: takes the file, queues it, has it analysed, one at a time in the order in which they came, and hands the records to the writer. What a
 * crash interrupted is analysed again from its start: records have stable ids, so none is there twice.
 */
export class Imports {
  private readonly parts: ImportParts;
  private readonly waiting: string[] = [];
  /** Those that were analysed before, or begun: it is all kept anew, under the same records. */
  private readonly begun = new Set<string>();
  /** Names given out before the file is there. */
  private readonly reserved = new Set<string>();
  private current: { readonly id: string; readonly abort: AbortController; readonly ended: Promise<void> } | undefined;
  private stopped = false;
  /** How far the capture in work is: kept apart from the table, which is only written when something ends. */
  private live: Capture | undefined;

  constructor(parts: ImportParts) {
    this.parts = parts;
  }

  /** Takes up what was left unfinished. */
  async start(): Promise<void> {
    const { table, files } = this.parts;
    await files.tidy((id) => table.get(id) !== undefined);
    const unfinished = table.list().filter(({ state }) => state === 'queued' || state === 'analysing');
    this.queueAgain(unfinished.reverse());
  }

  list(): Capture[] {
    return this.parts.table.list().map((capture) => this.fresh(capture));
  }

  get(id: string): Capture | undefined {
    const capture = this.parts.table.get(id);
    return capture && this.fresh(capture);
  }

  pathOf(id: string): string {
    return this.parts.files.path(id);
  }

  /** Stores a capture and queues it. Rejects with a `ReceiveError`. `expected` is its length if the sender told it. */
  async receive(name: string, by: string, source: AsyncIterable<Uint8Array>, expected?: number): Promise<Capture> {
    const { table, files, uploadLimit, clock } = this.parts;
    if (this.waiting.length >= maxWaiting) throw new ReceiveError('busy', 'Too many captures are waiting to be analysed; try again later.');
    if (this.reserved.size >= maxReceiving)
      throw new ReceiveError('busy', 'Too many captures are coming in right now; try again when one is there.');
    const id = randomUUID();
    const unique = this.reserveName(name);
    try {
      const { bytes, sha256 } = await files.receive(id, source, uploadLimit, expected);
      const known = table.bySha256(sha256);
      if (known !== undefined) {
        await files.remove(id);
        throw new ReceiveError('known', `This capture is already here, as ${known.name}.`);
      }
      const uploaded_at = new Date(clock()).toISOString();
      const capture: Capture = {
        id,
        name: unique,
        bytes,
        sha256,
        state: 'queued',
        progress: 0,
        uploaded_at,
        uploaded_by: by,
        packets: 0,
        records: {},
      };
      table.save(capture);
      this.waiting.push(id);
      this.next();
      return capture;
    } finally {
      this.reserved.delete(unique);
    }
  }

  /** Deletes a capture with its records and kept bytes. False if there is none. */
  async remove(id: string): Promise<boolean> {
    const { table, files, writer, content } = this.parts;
    const capture = table.get(id);
    if (capture === undefined) return false;
    const at = this.waiting.indexOf(id);
    if (at >= 0) this.waiting.splice(at, 1);
    this.begun.delete(id);
    if (this.current?.id === id) {
      this.current.abort.abort(new CaptureDeleted('the capture is deleted'));
      await this.current.ended;
      if (this.stopped) throw new ReceiveError('busy', 'The server is stopping; delete the capture again when it is back.');
    }
    await writer.deleteCapture(capture.name);
    await content.deleteCapture(capture.name);
    await files.remove(id);
    table.remove(id);
    this.readAgain(capture);
    return true;
  }

  /** Resolves when nothing waits and nothing is in work. */
  async idle(): Promise<void> {
    while (this.current !== undefined) await this.current.ended;
  }

  /** Ends the work in hand; what is unfinished goes on at the next start. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.current?.abort.abort(new Error('the process stops'));
    await this.current?.ended;
  }

  /** Packets that two captures share give one record, which goes with the one that was read last: the others are read again to have theirs back. */
  private readAgain(removed: Capture): void {
    const sharing = this.parts.table.list().filter((other) => other.state === 'done' && mayShare(other, removed));
    this.queueAgain(sharing.reverse());
  }

  private queueAgain(captures: readonly Capture[]): void {
    for (const capture of captures) {
      this.parts.table.save({ ...blank(capture), state: 'queued' });
      this.begun.add(capture.id);
      this.waiting.push(capture.id);
    }
    this.next();
  }

  private next(): void {
    if (this.current !== undefined || this.stopped) return;
    const id = this.waiting.shift();
    const capture = id === undefined ? undefined : this.parts.table.get(id);
    if (capture === undefined) {
      if (id !== undefined) this.next();
      return;
    }
    const abort = new AbortController();
    const ended = this.analyse({ ...capture, state: 'analysing' }, abort.signal).finally(() => {
      this.current = undefined;
      this.live = undefined;
      this.next();
    });
    this.current = { id: capture.id, abort, ended };
  }

  private async analyse(capture: Capture, signal: AbortSignal): Promise<void> {
    const { table, analyst, writer, content, files, onEnd } = this.parts;
    table.save(capture);
    this.live = capture;
    try {
      if (this.begun.has(capture.id)) await untilAvailable(() => content.deleteCapture(capture.name), signal);
      this.begun.delete(capture.id);
      const result = await analyst.analyse(
        { file: files.path(capture.id), capture: capture.name },
        {
          batch: async (ndjson) => {
            await writer.append(ndjson);
          },
          progress: ({ progress, packets, records }) => {
            this.live = { ...capture, progress, packets, records: { ...records } };
          },
        },
        signal,
      );
      await writer.flush();
      this.end(finished(capture, result), onEnd);
    } catch (error) {
      // Deleted, or the process stops: then its state stays as it is.
      if (signal.aborted) return;
      this.end({ ...(this.live ?? capture), state: 'failed', message: error instanceof Error ? error.message : String(error) }, onEnd);
    }
  }

  private end(capture: Capture, onEnd: ImportParts['onEnd']): void {
    this.parts.table.save(capture);
    onEnd?.(capture);
  }

  private fresh(capture: Capture): Capture {
    return this.live?.id === capture.id ? this.live : capture;
  }

  /** Records are told apart by their capture's name, so no two may share one: `shop.pcap`, `shop (2).pcap`. */
  private reserveName(name: string): string {
    const dot = name.lastIndexOf('.');
    const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
    let unique = name;
    for (let count = 2; this.reserved.has(unique) || this.parts.table.hasName(unique); count++)
      unique = `${stem} (${String(count)})${ending}`;
    this.reserved.add(unique);
    return unique;
  }
}

/** Whether the packets of two captures overlap in time. Of one that was broken off in work nobody knows how far it came. */
function mayShare(one: Capture, other: Capture): boolean {
  if (other.state === 'queued') return false;
  if (one.first === undefined || one.last === undefined) return false;
  if (other.first === undefined || other.last === undefined) return other.state === 'analysing';
  return Date.parse(one.first) <= Date.parse(other.last) && Date.parse(other.first) <= Date.parse(one.last);
}

function finished(capture: Capture, { packets, records, summary, first, last, problem }: AnalysisResult): Capture {
  return {
    ...capture,
    // A file of which nothing could be read has failed; one that ended early is done, with a word on it.
    state: problem !== undefined && packets === 0 ? 'failed' : 'done',
    progress: 1,
    packets,
    records: { ...records },
    summary,
    ...(first === undefined ? {} : { first }),
    ...(last === undefined ? {} : { last }),
    ...(problem === undefined ? {} : { message: problem }),
  };
}

/** As it was before any analysis. */
function blank({ id, name, bytes, sha256, state, uploaded_at, uploaded_by }: Capture): Capture {
  return { id, name, bytes, sha256, state, uploaded_at, uploaded_by, progress: 0, packets: 0, records: {} };
}
