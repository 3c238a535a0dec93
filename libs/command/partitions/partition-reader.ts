import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import type { Session } from '@orbweaver/contracts/frames/batch-header.ts';
import { contentHeader, formatContentPart, type ContentPart } from '@orbweaver/contracts/topics/content-part.ts';
import { formatSessionEnd, sessionEndHeader } from '@orbweaver/contracts/topics/session-end.ts';
import { sessionHeader, tickHeader } from '@orbweaver/contracts/topics/told-names.ts';
import { deadLetterHeaders } from '@orbweaver/contracts/topics/topics.ts';
import type { ContentSink } from '@orbweaver/protocols/sdk/content.ts';
import { RecordBatches } from '../imports/record-batches.ts';
import type { Redactor } from '../policies/redactor.ts';
import type { Batch, BatchControl, Partition, Producer, Received } from '../streaming/bus.ts';
import type { CheckpointStore } from './checkpoint.ts';
import { NamesTold } from './names-told.ts';
import { PartitionAnalysis, type PartitionOptions } from './partition-analysis.ts';
import type { SessionAnalysis } from './session-analysis.ts';

/** Messages after which the event loop has its turn: heartbeats are sent meanwhile. */
const messagesAtATime = 4;

export interface ReaderOptions {
  readonly recordsTopic: string;
  readonly namesTopic: string;
  readonly contentsTopic: string;
  readonly deadLetterTopic: string;
  /** Bytes of records that may be under way before no more frames are taken. */
  readonly waitingBytes: number;
  readonly analysis: Omit<PartitionOptions, 'checkpoint' | 'contentOf' | 'sessionEnded' | 'reached'>;
}

/** Keeps bodies and payload of a session by sending them on in parts. `time` tells that of the packet at hand, in seconds since 1970. */
export interface ContentSender {
  of(session: {
    readonly capture: string | undefined;
    readonly time: () => number;
    readonly send: (part: ContentPart, value: Uint8Array) => void;
  }): ContentSink;
}

/** Follows messages through the services; nothing if nobody traces. */
export interface Tracing {
  /** Runs `work` as the handling of a message with these headers. */
  handle<T>(headers: Readonly<Record<string, string>>, work: () => T): T;
  /** What a message that comes of it carries on. */
  headers(): Record<string, string> | undefined;
}

export interface ReaderParts {
  readonly tracing: Tracing;
  readonly producer: Producer;
  readonly checkpoints: CheckpointStore;
  readonly redactor: Pick<Redactor, 'redact'>;
  /** Without it no content is kept. */
  readonly contents?: ContentSender;
  /** Commits the offset to be read next. */
  commit(partition: Partition, offset: number): Promise<void>;
  /** Says that there is no checkpoint of a partition that others may have read: some flows may be told from the middle on. */
  checkpointLost(partition: Partition, from: number): void;
  /** The checkpoint that was kept is gone: another one is made at once. */
  checkpointForgotten(partition: Partition): void;
  /** Why a message is not to be tried again; undefined for all others. */
  givenUp(partition: Partition, offset: number): string | undefined;
  /** A message that cannot be taken has gone to the dead letters. */
  deadLetter(partition: Partition, offset: number, reason: string): void;
}

/** The analysis of a message went wrong, as it never should: what was gathered of the partition cannot be trusted any more. */
export class MessageFailed extends Error {
  override readonly name = 'MessageFailed';
  readonly offset: number;

  constructor(offset: number, cause: unknown) {
    super(`the message at offset ${offset} cannot be analysed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.offset = offset;
  }
}

/**
 * Reads one partition of frames: analyses its messages, sends what comes of them, and notes from where it would have to be read again. Records are sent before the
 * checkpoint that no longer covers them is made good, so that none is lost; one that is sent again after a crash has the same id and content.
 */
export class PartitionReader {
  readonly partition: Partition;
  analysis: PartitionAnalysis | undefined;
  records = 0;
  recordBytes = 0;
  /** Offset behind the last message that was taken; undefined before the first. */
  next: number | undefined;
  /** Offset of the last checkpoint. */
  checkpointed = -1;
  /** Offset behind the partition's last message, as far as is known. */
  end = 0;
  readonly #options: ReaderOptions;
  readonly #parts: ReaderParts;
  readonly #batches: RecordBatches;
  /** What the records came of that are gathered. */
  #origin: SessionAnalysis | undefined;
  readonly #names: NamesTold;
  #underWay = 0;
  readonly #sends = new Set<Promise<void>>();
  /** Of the last message that was handled. */
  #traceHeaders: Record<string, string> | undefined;
  #failed: unknown;
  #isSaving = false;
  #changed = false;
  /** There is a checkpoint of this partition, as far as is known. */
  #isKept = false;
  #isDropped = false;

  constructor(partition: Partition, options: ReaderOptions, parts: ReaderParts) {
    this.partition = partition;
    this.#options = options;
    this.#parts = parts;
    this.#batches = new RecordBatches(parts.redactor, (value) =>
      this.#send(options.recordsTopic, { value, headers: headersOf(this.#origin!) }, value.length),
    );
    this.#names = new NamesTold(partition.partition, (value) => this.#send(options.namesTopic, { value }, value.length, 0));
  }

  /** The partition is this process's. `committed` is where the bus would begin. Returns where to begin. */
  async assigned(committed: number): Promise<number> {
    // It was this process's all along: it goes on where it was.
    if (this.analysis !== undefined) return this.next ?? this.checkpointed;
    const checkpoint = await this.#parts.checkpoints.load(this.partition.partition);
    if (checkpoint === undefined && committed > 0) this.#parts.checkpointLost(this.partition, committed);
    this.analysis = new PartitionAnalysis(
      {
        emit: (record: TrafficRecord, of: SessionAnalysis) => {
          this.records++;
          this.#names.record(record, of);
          if (this.#origin !== of) this.#batches.flush();
          this.#origin = of;
          this.#batches.emit(record);
        },
      },
      {
        ...this.#options.analysis,
        ...this.#keepingContent(),
        checkpoint,
        sessionEnded: (session) => this.#sayEnd(session),
        reached: (session, isReplayable, tick) => this.#names.reached(session, isReplayable, tick),
      },
    );
    this.checkpointed = checkpoint?.offset ?? committed;
    this.#isKept = checkpoint !== undefined;
    return this.checkpointed;
  }

  async take(batch: Batch, control: BatchControl): Promise<void> {
    const analysis = this.analysis;
    if (analysis === undefined) throw new Error('messages came before the partition was assigned');
    this.end = batch.end;
    let turn = 0;
    for (const message of batch.messages) {
      if (control.isLost || this.#isDropped) return;
      if (this.#failed !== undefined) throw this.#failed;
      if (this.next === undefined || message.offset >= this.next) this.#takeMessage(analysis, message);
      control.handled(message.offset);
      if (++turn % messagesAtATime === 0) await new Promise(setImmediate);
      while (this.#underWay > this.#options.waitingBytes) await Promise.race(this.#sends);
    }
    this.#batches.flush();
    this.#names.flush();
  }

  /**
   * Notes from where this partition would have to be read again: once what was emitted is durable, the checkpoint is saved, then the offset committed. Rejects if one of
   * them fails; the next one makes up for it.
   */
  async checkpoint(): Promise<void> {
    if (this.#isSaving || this.#isDropped) return;
    this.#isSaving = true;
    try {
      if (!this.#changed && !(await this.#isForgotten())) return;
      this.#changed = false;
      this.#batches.flush();
      this.#names.flush();
      const checkpoint = this.analysis?.checkpoint();
      if (checkpoint === undefined) return;
      await Promise.all(this.#sends);
      if (this.#failed !== undefined) throw this.#failed;
      if (this.#isDropped) return;
      await this.#parts.checkpoints.save(this.partition.partition, checkpoint);
      await this.#parts.commit(this.partition, checkpoint.offset);
      this.checkpointed = checkpoint.offset;
      this.#isKept = true;
    } catch (error) {
      this.#changed = true;
      throw error;
    } finally {
      this.#isSaving = false;
    }
  }

  /** While nothing comes the last checkpoint has to be there all the same: flows that are open need it. */
  async #isForgotten(): Promise<boolean> {
    if (!this.#isKept || (await this.#parts.checkpoints.has(this.partition.partition))) return false;
    this.#parts.checkpointForgotten(this.partition);
    return true;
  }

  /** The partition is someone else's: nothing more is noted of it. */
  drop(): void {
    this.#isDropped = true;
  }

  #takeMessage(analysis: PartitionAnalysis, { offset, timestamp, value, headers: received }: Received): void {
    const { tracing } = this.#parts;
    const givenUp = this.#parts.givenUp(this.partition, offset);
    const taken = tracing.handle(received, () => {
      this.#traceHeaders = tracing.headers();
      if (givenUp !== undefined) return { kind: 'refused', problem: givenUp } as const;
      try {
        return analysis.take(offset, timestamp, value);
      } catch (error) {
        throw new MessageFailed(offset, error);
      }
    });
    this.next = offset + 1;
    this.#changed = true;
    if (taken.kind !== 'refused') return;
    const { topic, partition } = this.partition;
    const headers = {
      [deadLetterHeaders.stage]: givenUp === undefined ? 'decode' : 'dissect',
      [deadLetterHeaders.reason]: taken.problem,
      [deadLetterHeaders.topic]: topic,
      [deadLetterHeaders.partition]: String(partition),
      [deadLetterHeaders.offset]: String(offset),
    };
    this.#send(this.#options.deadLetterTopic, { value, headers }, value.length, 0);
    this.#parts.deadLetter(this.partition, offset, taken.problem);
  }

  #keepingContent(): Pick<PartitionOptions, 'contentOf'> {
    const { contents } = this.#parts;
    if (contents === undefined) return {};
    const send = (part: ContentPart, value: Uint8Array) =>
      this.#send(this.#options.contentsTopic, { value, headers: { [contentHeader]: formatContentPart(part) } }, value.length);
    return { contentOf: (session, time) => contents.of({ capture: session.filePath, time, send }) };
  }

  /** Behind the session's last record, and behind the last of what was kept. */
  #sayEnd(session: Session): void {
    this.#batches.flush();
    const end = { value: new Uint8Array(0), headers: { [sessionEndHeader]: formatSessionEnd(session) } };
    this.#send(this.#options.recordsTopic, end, 0);
    this.#send(this.#options.contentsTopic, end, 0);
  }

  #send(
    topic: string,
    message: { value: Uint8Array; headers?: Record<string, string> },
    bytes: number,
    partition = this.partition.partition,
  ): void {
    this.#underWay += bytes;
    this.recordBytes += bytes;
    const sent = this.#parts.producer
      .send({ topic, partition }, [
        this.#traceHeaders === undefined ? message : { ...message, headers: { ...this.#traceHeaders, ...message.headers } },
      ])
      .catch((error: unknown) => {
        // Without it the partition must not move on: it is read again from the last checkpoint.
        this.#failed = error;
      })
      .then(() => {
        this.#underWay -= bytes;
        this.#sends.delete(sent);
      });
    this.#sends.add(sent);
  }
}

/** All records of a message come of one session. */
function headersOf({ session, tick }: SessionAnalysis): Record<string, string> {
  return { [sessionHeader]: formatSessionEnd(session), [tickHeader]: String(tick) };
}
