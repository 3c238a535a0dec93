import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { ByteWriter } from '@orbweaver/kernel/bytes/byte-writer.ts';
import { Cursor } from '@orbweaver/kernel/bytes/cursor.ts';
import { keyWords } from '@orbweaver/packet/flow/flow-key.ts';
import { entryWords, startsLimit } from '@orbweaver/packet/flow/start-counts.ts';
import { readText, readU48 } from '@orbweaver/contracts/frames/batch-header.ts';
import type { Tombstone } from './ended-flows.ts';
import { positionOf } from './position.ts';
import { readSightings, writeSightings } from './saved-sightings.ts';
import type { SavedSightings } from './sightings.ts';

/** What a checkpoint says of one session. */
export interface SessionMark {
  readonly source: string;
  readonly startedSeconds: number;
  readonly startedNanos: number;
  /** Of its last batch in front of the checkpoint's offset; -1 for none. */
  readonly sequence: number;
  /** It has ended, or another took its place: what still comes of it is void. */
  readonly isOver: boolean;
  /** Milliseconds since 1970, by the log. */
  readonly heardAt: number;
  readonly tombstones: readonly Tombstone[];
  /** How flows began in front of the checkpoint's offset: entries of `StartCounts`. */
  readonly begun: Uint32Array;
}

/**
 * From where a partition has to be read again, and what a reader who begins there cannot see: whose packets are to be passed over, since their conversations began
 * earlier and have been told.
 */
export interface Checkpoint {
  readonly offset: number;
  readonly sessions: readonly SessionMark[];
  /** Which observer was the first to tell of what; absent where there are none. */
  readonly sightings?: SavedSightings;
}

/** Where checkpoints are kept, one a partition: the last one that was saved, or undefined. What was saved survives the process. */
export interface CheckpointStore {
  load(partition: number): Promise<Checkpoint | undefined>;
  /** Whether `load` would find one. */
  has(partition: number): Promise<boolean>;
  save(partition: number, checkpoint: Checkpoint): Promise<void>;
}

/** Version 1 had neither sightings nor beginnings. */
const version = 2;
/** Bytes of a checkpoint, unpacked. */
const sizeLimit = 256 * 2 ** 20;
/** Words of beginnings that a session has at most. */
const begunWords = startsLimit * entryWords;

/** Packed bytes: u8 version, then everything deflated. */
export function encodeCheckpoint({ offset, sessions, sightings }: Checkpoint): Uint8Array {
  const to = new ByteWriter();
  to.u48(offset);
  to.u32(sessions.length);
  for (const session of sessions) {
    to.text(session.source);
    to.u48(session.startedSeconds);
    to.u32(session.startedNanos);
    to.f64(session.sequence);
    to.u8(session.isOver ? 1 : 0);
    to.u48(session.heardAt);
    to.u32(session.tombstones.length);
    for (const { key, until } of session.tombstones) {
      for (const word of key) to.u32(word);
      to.f64(until);
    }
    to.u32(session.begun.length);
    for (const word of session.begun) to.u32(word);
  }
  to.u8(sightings === undefined ? 0 : 1);
  if (sightings !== undefined) writeSightings(to, sightings);
  return Buffer.concat([Uint8Array.of(version), deflateRawSync(to.bytes.subarray(0, to.length), { level: 1 })]);
}

/** Throws with what is wrong. */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const written = bytes[0] ?? 0;
  if (written < 1 || written > version)
    throw new Error(`the checkpoint has format version ${bytes[0] ?? 'none'}, this build reads 1 to ${version}`);
  const from = new Cursor().reset(inflateRawSync(bytes.subarray(1), { maxOutputLength: sizeLimit }));
  const offset = readU48(from);
  const sessions: SessionMark[] = [];
  for (let left = from.u32(); left > 0 && !from.overrun; left--) {
    const source = readText(from);
    const startedSeconds = readU48(from);
    const startedNanos = from.u32();
    const sequence = readF64(from);
    const isOver = from.u8() === 1;
    const heardAt = readU48(from);
    const tombstones: Tombstone[] = [];
    for (let more = from.u32(); more > 0 && !from.overrun; more--) {
      const key = new Uint32Array(keyWords);
      for (let i = 0; i < keyWords; i++) key[i] = from.u32();
      tombstones.push({ key, until: readF64(from) });
    }
    const begun = written > 1 ? readWords(from) : new Uint32Array(0);
    sessions.push({ source, startedSeconds, startedNanos, sequence, isOver, heardAt, tombstones, begun });
  }
  const sightings = written > 1 && from.u8() === 1 ? readSightings(from) : undefined;
  if (from.overrun || from.remaining > 0) throw new Error('the checkpoint is damaged: its length does not fit what it says');
  return { offset, sessions, ...(sightings === undefined ? {} : { sightings }) };
}

/** The first position that a reader who begins at a checkpoint sees. */
export const positionAfter = (offset: number): number => positionOf(offset, 0);

function readWords(from: Cursor): Uint32Array {
  const words = new Uint32Array(Math.min(from.u32(), begunWords));
  for (let i = 0; i < words.length; i++) words[i] = from.u32();
  return words;
}

function readF64(from: Cursor): number {
  const at = from.take(8);
  return at < 0 ? 0 : new DataView(from.bytes.buffer, from.bytes.byteOffset + at, 8).getFloat64(0);
}
