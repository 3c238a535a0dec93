import type { ByteWriter } from '@orbweaver/kernel/bytes/byte-writer.ts';
import type { Cursor } from '@orbweaver/kernel/bytes/cursor.ts';
import { readText, readU48 } from '@orbweaver/contracts/frames/batch-header.ts';
import { watchKey, type SavedSighting, type SavedSightings, type Watch } from './sightings.ts';

/** Sightings as a checkpoint holds them. Texts stand once each, and others name them by their number. */
export function writeSightings(to: ByteWriter, { until, now, sightings, marks }: SavedSightings): void {
  to.f64(until);
  to.u48(now);
  const watches = new Map<string, number>();
  const numbers: number[] = [];
  const listed: Watch[] = [];
  for (const { watch } of sightings) {
    const key = watchKey(watch);
    let number = watches.get(key);
    if (number === undefined) watches.set(key, (number = listed.push(watch) - 1));
    numbers.push(number);
  }
  to.u32(listed.length);
  for (const { source, startedSeconds, startedNanos, identity, name, told } of listed) {
    to.text(source);
    to.u48(startedSeconds);
    to.u32(startedNanos);
    to.text(identity);
    to.text(name);
    to.f64(told);
  }
  to.u32(sightings.length);
  for (const [i, { ends, tunnelKinds, tunnelIdentity, vlan, first, last, openings, endedAt }] of sightings.entries()) {
    to.u32(numbers[i]!);
    to.u8(ends.length);
    for (let unit = 0; unit < ends.length; unit++) to.u16(ends.charCodeAt(unit));
    to.u32(tunnelKinds);
    to.u32(tunnelIdentity);
    to.u32(vlan);
    to.f64(first);
    to.f64(last);
    to.u48(endedAt);
    to.u32(openings.length);
    for (const position of openings) to.f64(position);
  }
  const names = [...new Set(marks.values())];
  const numberOf = new Map(names.map((name, number) => [name, number]));
  to.u32(names.length);
  for (const name of names) to.text(name);
  to.u32(marks.size);
  for (const [position, name] of marks) {
    to.f64(position);
    to.u32(numberOf.get(name)!);
  }
}

/** What is damaged is noticed by `from.overrun`, or by what is left. */
export function readSightings(from: Cursor): SavedSightings {
  const until = readF64(from);
  const now = readU48(from);
  const watches = listOf(from, (): Watch => {
    const source = readText(from);
    const startedSeconds = readU48(from);
    const startedNanos = from.u32();
    return { source, startedSeconds, startedNanos, identity: readText(from), name: readText(from), told: readF64(from) };
  });
  const nobody: Watch = { source: '', startedSeconds: 0, startedNanos: 0, identity: '', name: '', told: 0 };
  const sightings = listOf(from, (): SavedSighting => {
    const watch = watches[from.u32()] ?? nobody;
    let ends = '';
    for (let left = from.u8(); left > 0; left--) ends += String.fromCharCode(from.u16());
    const [tunnelKinds, tunnelIdentity, vlan] = [from.u32(), from.u32(), from.u32()];
    const [first, last, endedAt] = [readF64(from), readF64(from), readU48(from)];
    return { ends, tunnelKinds, tunnelIdentity, vlan, watch, first, last, endedAt, openings: listOf(from, () => readF64(from)) };
  });
  const names = listOf(from, () => readText(from));
  const marks = new Map(listOf(from, (): [number, string] => [readF64(from), names[from.u32()] ?? '']));
  return { until, now, sightings, marks };
}

function listOf<T>(from: Cursor, read: () => T): T[] {
  const list: T[] = [];
  for (let left = from.u32(); left > 0 && !from.overrun; left--) list.push(read());
  return list;
}

function readF64(from: Cursor): number {
  const at = from.take(8);
  return at < 0 ? 0 : new DataView(from.bytes.buffer, from.bytes.byteOffset + at, 8).getFloat64(0);
}
