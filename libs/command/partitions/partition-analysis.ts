import type { Session } from '@orbweaver/contracts/frames/batch-header.ts';
import { BatchReader, FrameEntry } from '@orbweaver/contracts/frames/batch-reader.ts';
import type { SessionName } from '@orbweaver/contracts/topics/session-end.ts';
import type { DissectionOptions } from '../dissection/options.ts';
import { BegunFlows } from './begun-flows.ts';
import type { Checkpoint, SessionMark } from './checkpoint.ts';
import { EndedFlows, type Tombstone } from './ended-flows.ts';
import { offsetOf, positionOf } from './position.ts';
import { Sightings } from './sightings.ts';
import { SessionAnalysis, type ContentOf, type PartitionSink } from './session-analysis.ts';

/** Messages that a partition may have to be read again: a flow that has been open for longer is recorded in pieces. */
export const defaultReplayLimit = 8192;
/** Milliseconds, by the log, after which a session that says nothing has ended: whisperers send marks of time far more often. */
const sessionPatience = 10 * 60e3;
/** Sessions of one partition at a time; what further ones send is refused. About half a megabyte each. */
const sessionLimit = 512;
/** Milliseconds, by the log, for which a source is remembered after its session has ended. */
const sourceMemory = 24 * 3600e3;

/** What became of a message. */
export type Taken =
  | { readonly kind: 'taken' }
  /** It had come before, or belongs to a session that is over. */
  | { readonly kind: 'void' }
  /** It is no batch, or damaged from an entry on; what stood in front of that was taken. */
  | { readonly kind: 'refused'; readonly problem: string };

export interface PartitionOptions {
  readonly dissection?: Omit<
    DissectionOptions,
    'content' | 'filePath' | 'observer' | 'timeouts' | 'flowKeyVlan' | 'opened' | 'twinOf' | 'ended'
  >;
  readonly replayLimit?: number;
  /** Keeps bodies and payload; without it none are kept. */
  readonly contentOf?: ContentOf;
  readonly checkpoint?: Checkpoint | undefined;
  /** Is told of each session that has said its end here, once everything that comes of it was emitted. After a replay it may be told again. */
  readonly sessionEnded?: (session: Session) => void;
  /** Is told that everything of a session up to this tick was emitted; `null` once nothing more will come of it. After a replay it is told again, from further back. */
  readonly reached?: (session: SessionName, isReplayable: boolean, tick: number | null) => void;
}

export interface PartitionCounters {
  entries: number;
  /** Messages that came twice, or of a session that was over. */
  voidBatches: number;
  /** Numbers of batches that were left out: they were lost on the way here. */
  missingBatches: number;
  refusedBatches: number;
  /** Flows that were recorded in pieces since they would have held up the checkpoint. */
  cutFlows: number;
  sessionsEnded: number;
  /** Sessions that another one of the same file replaced. */
  sessionsReplaced: number;
  /** Sessions that ended without saying so. */
  sessionsLost: number;
  /** Flows that another observer had told of. */
  twinFlows: number;
  /** Conversations that were forgotten before their time: what another observer tells of them counts as a first. */
  sightingsForgotten: number;
}

/** What is known of a source: its latest session. */
interface Source {
  readonly startedSeconds: number;
  readonly startedNanos: number;
  /** Undefined before its first batch here, and once it has ended. */
  analysis: SessionAnalysis | undefined;
  /** It has said so: what still comes of it is void. */
  isOver: boolean;
  /** Of its last batch. */
  sequence: number;
  heardAt: number;
  /** Of its last batch in front of the last checkpoint. */
  before: { readonly sequence: number; readonly heardAt: number };
  readonly ended: EndedFlows;
  readonly begun: BegunFlows;
  /** From the checkpoint that this partition began at, until its first batch comes. */
  tombstones: readonly Tombstone[];
}

/**
 * One partition of frames: a dissection for each session in it, on the time of its own packets. Everything that comes out depends on the messages alone, so that whoever
 * reads the partition again, from the beginning or from a checkpoint, gets the same records.
 */
export class PartitionAnalysis {
  readonly counters: PartitionCounters = {
    entries: 0,
    voidBatches: 0,
    missingBatches: 0,
    refusedBatches: 0,
    cutFlows: 0,
    sessionsEnded: 0,
    sessionsReplaced: 0,
    sessionsLost: 0,
    twinFlows: 0,
    sightingsForgotten: 0,
  };
  readonly #sink: PartitionSink;
  readonly #options: PartitionOptions;
  readonly #reader = new BatchReader();
  readonly #entry = new FrameEntry();
  /** Where the message at hand lies. */
  #room = new Uint8Array(0);
  readonly #sources = new Map<string, Source>();
  readonly #sightings: Sightings;
  /** Batches behind the last checkpoint. */
  #log: { readonly offset: number; readonly source: Source; readonly sequence: number; readonly heardAt: number }[] = [];
  #next: number | undefined;

  constructor(sink: PartitionSink, options: PartitionOptions = {}) {
    this.#sink = sink;
    this.#options = options;
    this.#sightings = new Sightings(this.counters, options.checkpoint?.sightings);
    for (const mark of options.checkpoint?.sessions ?? []) this.#remember(mark);
  }

  get openFlows(): number {
    let open = 0;
    for (const { analysis } of this.#sources.values()) open += analysis?.openFlows ?? 0;
    return open;
  }

  get sessions(): number {
    let count = 0;
    for (const { analysis } of this.#sources.values()) if (analysis !== undefined) count++;
    return count;
  }

  /** Messages between the oldest packet that is still needed and the last one. */
  get distance(): number {
    return this.#next === undefined ? 0 : this.#next - this.#oldestOffset();
  }

  /** Takes the message at `offset`, which the log had at `timestamp` (milliseconds since 1970). */
  take(offset: number, timestamp: number, message: Uint8Array): Taken {
    this.#next = offset + 1;
    this.#sightings.advance(timestamp);
    this.#endSilent(timestamp);
    const header = this.#reader.open(this.#copyOf(message));
    if (header === undefined) return this.#refuse(this.#reader.problem!);
    const source = this.#sourceOf(header.session, timestamp);
    if (typeof source === 'string') return this.#refuse(source);
    if (source === undefined || header.sequence <= source.sequence) {
      this.counters.voidBatches++;
      return { kind: 'void' };
    }
    this.counters.missingBatches += header.sequence - source.sequence - 1;
    source.sequence = header.sequence;
    source.heardAt = timestamp;
    this.#log.push({ offset, source, sequence: header.sequence, heardAt: timestamp });
    const analysis = (source.analysis ??= this.#begin(header.session, source));
    const problem = this.#takeEntries(analysis, offset);
    analysis.advance(header.clockAfter);
    analysis.witness?.told(header.seconds + header.nanos / 1e9);
    if (header.isLast) {
      analysis.finish();
      this.#close(source, true);
      this.counters.sessionsEnded++;
      this.#options.sessionEnded?.(header.session);
    }
    this.#options.reached?.(header.session, header.session.isReplayable, header.isLast ? null : analysis.tick);
    this.#cut(offset);
    return problem === undefined ? { kind: 'taken' } : this.#refuse(problem);
  }

  /**
   * From where this partition can be read again, and what is to be kept for that; undefined before the first message. To be made good only once everything that was emitted
   * so far is durable. Its offset never goes back.
   */
  checkpoint(): Checkpoint | undefined {
    if (this.#next === undefined) return undefined;
    const offset = this.#oldestOffset();
    const position = positionOf(offset, 0);
    let passed = 0;
    for (const { offset: at, source, sequence, heardAt } of this.#log) {
      if (at >= offset) break;
      source.before = { sequence, heardAt };
      passed++;
    }
    this.#log.splice(0, passed);
    const sessions: SessionMark[] = [];
    for (const [name, source] of this.#sources) sessions.push(mark(name, source, position));
    const sightings = this.#sightings.save(position, positionOf(this.#next, 0));
    return { offset, sessions, ...(sightings === undefined ? {} : { sightings }) };
  }

  /**
   * Here and there something points at what was read last until the next comes: a packet, a line of a quiet connection. A message is a part of all that one request to Kafka brought, ten megabytes,
   * which each of those would keep. So it is read where the one before it lay.
   */
  #copyOf(message: Uint8Array): Uint8Array {
    if (message.length > this.#room.length) this.#room = new Uint8Array(message.length);
    this.#room.set(message);
    return this.#room.subarray(0, message.length);
  }

  #takeEntries(analysis: SessionAnalysis, offset: number): string | undefined {
    const entry = this.#entry;
    for (let index = 0; this.#reader.next(entry); index++) {
      analysis.entry(entry, offset, index);
      this.counters.entries++;
    }
    return this.#reader.problem;
  }

  #refuse(problem: string): Taken {
    this.counters.refusedBatches++;
    return { kind: 'refused', problem };
  }

  /** The source of a session; undefined if the session is over, a text if there is no room. */
  #sourceOf(session: Session, timestamp: number): Source | undefined | string {
    const known = this.#sources.get(session.source);
    if (known !== undefined) {
      const order = session.startedSeconds - known.startedSeconds || session.startedNanos - known.startedNanos;
      if (order < 0) return undefined;
      if (order === 0) return known.isOver ? undefined : known;
      this.#replace(session, known);
      const { startedSeconds, startedNanos } = known;
      this.#options.reached?.({ source: session.source, startedSeconds, startedNanos }, session.isReplayable, null);
    } else if (this.#sources.size >= sessionLimit && !this.#forgetOld(timestamp)) {
      return `its session would be the ${sessionLimit + 1}th of this partition: end some whisperers, or use more partitions`;
    }
    const { startedSeconds, startedNanos } = session;
    const source = newSource(startedSeconds, startedNanos, { sequence: -1, heardAt: timestamp }, false, [], new BegunFlows());
    this.#sources.set(session.source, source);
    return source;
  }

  #begin(session: Session, source: Source): SessionAnalysis {
    const { tombstones } = source;
    source.tombstones = [];
    const { dissection, contentOf } = this.#options;
    return new SessionAnalysis(session, this.#sink, dissection ?? {}, source, tombstones, this.#sightings, contentOf);
  }

  /** Its flows have ended and are told. If it is over, nobody who begins at a later checkpoint has to see anything of it. */
  #close(source: Source, isOver: boolean): void {
    source.tombstones = isOver ? [] : (source.analysis?.olderTombstones(0) ?? []);
    source.analysis = undefined;
    source.isOver = isOver;
  }

  /** A later session of the same source has begun. What a file's earlier one has not told to its end will be told again. */
  #replace(later: Session, source: Source): void {
    if (source.analysis === undefined) return;
    if (later.isReplayable) source.analysis.discard();
    else source.analysis.finish();
    this.counters.sessionsReplaced++;
  }

  /** Ends live sessions of which nothing is heard. One that comes back begins anew; a file is read again anyway. */
  #endSilent(timestamp: number): void {
    for (const source of this.#sources.values()) {
      const { analysis } = source;
      if (analysis === undefined || analysis.session.isReplayable || timestamp - source.heardAt <= sessionPatience) continue;
      analysis.finish();
      this.#close(source, false);
      this.counters.sessionsLost++;
      this.#options.reached?.(analysis.session, analysis.session.isReplayable, null);
    }
  }

  #forgetOld(timestamp: number): boolean {
    for (const [name, source] of this.#sources)
      if (source.analysis === undefined && timestamp - source.heardAt > sourceMemory) this.#sources.delete(name);
    return this.#sources.size < sessionLimit;
  }

  #cut(offset: number): void {
    const limit = offset - (this.#options.replayLimit ?? defaultReplayLimit);
    for (const { analysis } of this.#sources.values()) if (analysis !== undefined) this.counters.cutFlows += analysis.cutBefore(limit);
  }

  #oldestOffset(): number {
    let oldest = Infinity;
    for (const { analysis } of this.#sources.values()) if (analysis !== undefined) oldest = Math.min(oldest, analysis.oldest);
    return oldest === Infinity ? this.#next! : offsetOf(oldest);
  }

  #remember({ source, startedSeconds, startedNanos, sequence, heardAt, isOver, tombstones, begun }: SessionMark): void {
    this.#sources.set(source, newSource(startedSeconds, startedNanos, { sequence, heardAt }, isOver, tombstones, new BegunFlows(begun)));
  }
}

function newSource(
  startedSeconds: number,
  startedNanos: number,
  before: Source['before'],
  isOver: boolean,
  tombstones: readonly Tombstone[],
  begun: BegunFlows,
): Source {
  return { startedSeconds, startedNanos, analysis: undefined, isOver, ...before, before, ended: new EndedFlows(), begun, tombstones };
}

function mark(name: string, source: Source, position: number): SessionMark {
  const { startedSeconds, startedNanos, before, isOver, analysis, ended, begun } = source;
  ended.forgetBefore(position);
  const older = analysis?.olderTombstones(position) ?? source.tombstones.filter(({ until }) => until >= position);
  // What is over is void as a whole: no packet of it has to be passed over one by one.
  const across = isOver ? [] : ended.acrossFrom(position);
  return {
    ...{ source: name, startedSeconds, startedNanos, ...before, isOver, tombstones: [...older, ...across] },
    begun: isOver ? new Uint32Array(0) : begun.entriesBefore(position),
  };
}
