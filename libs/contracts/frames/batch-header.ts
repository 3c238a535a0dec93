import type { Cursor } from '@orbweaver/kernel/bytes/cursor.ts';
import type { ByteWriter } from '@orbweaver/kernel/bytes/byte-writer.ts';
import { BatchFlag, batchVersion, counterLimit, linkLimit, textLimit, timeoutNames } from './format.ts';

/** Seconds of packet time after which a flow ends; see `FlowTimeouts` in `libs/packet/flow`. */
export type SessionTimeouts = { readonly [Name in (typeof timeoutNames)[number]]: number };

export interface Link {
  /** LINKTYPE_ number. */
  readonly type: number;
  /** Digits of a second's fraction that its clock has. */
  readonly digits: number;
}

/** One run of a whisperer on one source. Everything that decides what the dissection makes of its packets. */
export interface Session {
  /** Names the interface or file: of two sessions with one source the later one counts. */
  readonly source: string;
  readonly startedSeconds: number;
  readonly startedNanos: number;
  readonly isReplayable: boolean;
  /** `log.file.path`; undefined for live capture. */
  readonly filePath: string | undefined;
  /** Live capture; undefined for files. */
  readonly observer: { readonly name: string; readonly hostname: string; readonly interface: string } | undefined;
  readonly timeouts: SessionTimeouts;
  readonly flowKeyVlan: boolean;
}

/** What a batch says beside its entries. */
export interface BatchHeader {
  readonly session: Session;
  readonly sequence: number;
  readonly isLast: boolean;
  readonly entries: number;
  readonly clockBefore: number;
  readonly clockAfter: number;
  /** Packet time at its end. */
  readonly seconds: number;
  readonly nanos: number;
  readonly links: readonly Link[];
  readonly counters: Readonly<Record<string, number>>;
}

export function writeHeader(to: ByteWriter, header: BatchHeader): void {
  const { session } = header;
  to.u8(batchVersion);
  to.u8(
    (header.isLast ? BatchFlag.isLast : 0) |
      (session.isReplayable ? BatchFlag.isReplayable : 0) |
      (session.flowKeyVlan ? BatchFlag.flowKeyVlan : 0),
  );
  const lengthAt = to.length;
  to.u32(0);
  to.u32(header.entries);
  to.u48(session.startedSeconds);
  to.u32(session.startedNanos);
  to.u32(header.sequence);
  to.u48(header.clockBefore);
  to.u48(header.clockAfter);
  to.u48(header.seconds);
  to.u32(header.nanos);
  for (const name of timeoutNames) to.u32(session.timeouts[name]);
  const { observer } = session;
  const texts = [session.source, session.filePath, observer?.name, observer?.hostname, observer?.interface];
  for (const text of texts) to.text(text ?? '', textLimit);
  to.u8(header.links.length);
  for (const { type, digits } of header.links) {
    to.u32(type);
    to.u8(digits);
  }
  const counters = Object.entries(header.counters).slice(0, counterLimit);
  to.u8(counters.length);
  for (const [name, value] of counters) {
    to.text(name, textLimit);
    to.f64(value);
  }
  to.patchU32(lengthAt, to.length);
}

/** Reads the header at the beginning of `from` and moves to the first entry; a text says why it cannot. */
export function readHeader(from: Cursor): BatchHeader | string {
  const version = from.u8();
  if (from.overrun) return 'it is empty';
  if (version > batchVersion)
    return `it has format version ${version} and this build reads up to ${batchVersion}: a whisperer is newer than this dissector, update the dissectors first`;
  if (version < batchVersion) return `it has format version ${version}, which was never in use: this is no batch of frames`;
  const flags = from.u8();
  const length = from.u32();
  const entries = from.u32();
  if (from.overrun || length > from.end) return `its header should have ${length} bytes, but the whole message has ${from.end}`;
  const startedSeconds = readU48(from);
  const startedNanos = from.u32();
  const sequence = from.u32();
  const clockBefore = readU48(from);
  const clockAfter = readU48(from);
  const seconds = readU48(from);
  const nanos = from.u32();
  const timeouts = Object.fromEntries(timeoutNames.map((name) => [name, from.u32()])) as SessionTimeouts;
  const [source, filePath, name, hostname, interfaceName] = [
    readText(from),
    readText(from),
    readText(from),
    readText(from),
    readText(from),
  ];
  const links: Link[] = [];
  for (let left = from.u8(); left > 0; left--) links.push({ type: from.u32(), digits: from.u8() });
  const counters: Record<string, number> = {};
  for (let left = from.u8(); left > 0 && !from.overrun; left--) counters[readText(from)] = readF64(from);
  if (from.overrun || from.offset > length) return `its header ends within its ${length} bytes`;
  if (links.length > linkLimit || links.some(({ digits }) => digits > 9)) return 'a link of its header has a clock finer than nanoseconds';
  if (clockAfter < clockBefore) return `its clock goes back from ${clockBefore} to ${clockAfter}`;
  if (startedNanos > 999_999_999 || nanos > 999_999_999) return 'a time in its header has more than 999,999,999 nanoseconds';
  from.offset = length;
  return {
    session: {
      source,
      startedSeconds,
      startedNanos,
      isReplayable: (flags & BatchFlag.isReplayable) !== 0,
      filePath: filePath === '' ? undefined : filePath,
      observer: name === '' ? undefined : { name, hostname, interface: interfaceName },
      timeouts,
      flowKeyVlan: (flags & BatchFlag.flowKeyVlan) !== 0,
    },
    sequence,
    isLast: (flags & BatchFlag.isLast) !== 0,
    entries,
    clockBefore,
    clockAfter,
    seconds,
    nanos,
    links,
    counters,
  };
}

export function readU48(from: Cursor): number {
  return from.u16() * 0x1_0000_0000 + from.u32();
}

export function readText(from: Cursor): string {
  const length = from.u16();
  const at = from.take(length);
  return at < 0 ? '' : decoder.decode(from.bytes.subarray(at, at + length));
}

const decoder = new TextDecoder();

function readF64(from: Cursor): number {
  const at = from.take(8);
  if (at < 0) return 0;
  return new DataView(from.bytes.buffer, from.bytes.byteOffset + at, 8).getFloat64(0);
}
