import { Network } from '@orbweaver/packet/layers/packet.ts';
import { Word } from '@orbweaver/packet/flow/flow-slab.ts';

/** Seconds: so far may the clocks of two observers be apart, and the batches of one be behind those of another while a conversation goes on. */
export const clockTolerance = 5;
/** Milliseconds, by the log, for which an ended conversation is remembered: the batches of another observer may come so much later. */
const memory = 120e3;
/** Sightings of one partition that are remembered: some 200 bytes each. Beyond it those go first that ended first. */
export const sightingLimit = 4096;
/** Sightings of the same ends at different times, or in different tunnels, of which the latest are remembered. */
const sightingsOfEnds = 64;

/** One session of an observer, and how far it has told what it saw. */
export interface Watch {
  readonly source: string;
  readonly startedSeconds: number;
  readonly startedNanos: number;
  /** Tells observers apart. */
  readonly identity: string;
  /** What `observer.twin_of` calls it. */
  readonly name: string;
  /** Packet time at the end of its last batch, seconds since 1970. */
  told: number;
}

/** A conversation as the first of its observers saw it: flows of the same ends that follow each other without a pause are one. */
export interface Sighting {
  /** What the community id is made of; see `endsOf`. */
  readonly ends: string;
  /** As in the flow's key; 0: none. */
  readonly tunnelKinds: number;
  readonly tunnelIdentity: number;
  readonly vlan: number;
  watch: Watch;
  /** Packet time, seconds since 1970. */
  first: number;
  last: number;
  /** Where its flows stand in the partition that are still open: positions of their first packets. */
  openings: number[];
  /** Log time, milliseconds since 1970, at which the last of its flows ended. */
  endedAt: number;
  /** Of its end, among all; 0: none, or it was forgotten. */
  turn: number;
}

export type SavedSighting = Readonly<Omit<Sighting, 'turn' | 'openings'>> & { readonly openings: readonly number[] };

/** What a checkpoint keeps. */
export interface SavedSightings {
  /** What opened in front of this position has been decided: `marks` tells how. */
  readonly until: number;
  readonly now: number;
  /** Those that have ended stand in the order of their ends. */
  readonly sightings: readonly SavedSighting[];
  /** By the positions of their first packets, flows that were twins. */
  readonly marks: ReadonlyMap<number, string>;
}

export interface SightingCounters {
  twinFlows: number;
  sightingsForgotten: number;
}

/**
 * Who was the first to tell of a conversation, among the observers whose packets meet in one partition. What another one tells of it then is its twin. Decided once a flow,
 * when it opens, by what stands in front of it in the partition.
 *
 * A reader that begins at a checkpoint must decide as the one before it did. So a checkpoint holds everything as it was at its making, with the decisions behind its
 * offset: those are repeated, not taken again.
 */
export class Sightings {
  readonly #counters: SightingCounters;
  readonly #limit: number;
  readonly #byEnds = new Map<string, Sighting[]>();
  #count = 0;
  /** Sightings by the turn of their ends; one that went on, or was forgotten, has left its place. */
  #ended: { readonly sighting: Sighting; readonly turn: number }[] = [];
  #head = 0;
  #turns = 0;
  /** In the order of their positions. */
  readonly #marks: Map<number, string>;
  readonly #until: number;
  /** Of the checkpoint: by position, what was open; by session, who saw it. */
  readonly #openAt = new Map<number, Sighting>();
  readonly #watches = new Map<string, Watch>();
  /** Log time, milliseconds since 1970, that never goes back. */
  #now: number;

  constructor(counters: SightingCounters, saved?: SavedSightings, limit = sightingLimit) {
    this.#counters = counters;
    this.#limit = limit;
    this.#until = saved?.until ?? 0;
    this.#now = saved?.now ?? 0;
    this.#marks = new Map(saved?.marks);
    for (const { watch, openings, ...of } of saved?.sightings ?? []) {
      const key = watchKey(watch);
      if (!this.#watches.has(key)) this.#watches.set(key, { ...watch });
      const sighting: Sighting = { ...of, watch: this.#watches.get(key)!, openings: [...openings], turn: 0 };
      this.#add(sighting);
      for (const position of openings) this.#openAt.set(position, sighting);
      if (openings.length === 0) this.#noteEnd(sighting);
    }
  }

  get remembered(): number {
    return this.#count;
  }

  /** The log has reached this time, milliseconds since 1970. */
  advance(timestamp: number): void {
    if (timestamp > this.#now) this.#now = timestamp;
  }

  watch(session: Omit<Watch, 'told'>): Watch {
    return this.#watches.get(watchKey(session)) ?? { ...session, told: -Infinity };
  }

  /**
   * A flow opens with the packet at `position`, whose time is `first`; its row stands at `at` in `words`. Returns the name of the observer whose observation it repeats, or
   * else what is to be told when it ends; undefined if nothing is.
   */
  opened(watch: Watch, words: Uint32Array, at: number, first: number, position: number): string | Sighting | undefined {
    if (position < this.#until) return this.#marks.get(position) ?? this.#openAt.get(position);
    this.#forgetOld();
    const ends = endsOf(words, at);
    const tunnelKinds = words[at + Word.tunnelKinds]!;
    const tunnelIdentity = words[at + Word.tunnelIdentity]!;
    const vlan = words[at + Word.vlanKey]!;
    const found = this.#byEnds.get(ends)?.find((known) => covers(known, first) && isSamePlace(known, tunnelKinds, tunnelIdentity, vlan));
    if (found === undefined) {
      if (this.#count >= this.#limit && !this.#forgetOne()) {
        this.#counters.sightingsForgotten++;
        return undefined;
      }
      const sighting = { ends, tunnelKinds, tunnelIdentity, vlan, watch, first, last: first, openings: [position], endedAt: 0, turn: 0 };
      this.#add(sighting);
      return sighting;
    }
    if (found.watch.identity !== watch.identity) {
      this.#counters.twinFlows++;
      this.#marks.set(position, found.watch.name);
      return found.watch.name;
    }
    // Letters that are replayed come as a session of old.
    if (isLater(watch, found.watch)) found.watch = watch;
    found.first = Math.min(found.first, first);
    found.openings.push(position);
    found.turn = 0;
    return found;
  }

  /** The flow of `sighting` that opened at `position` has ended; `last` is the time of its last packet. */
  ended(sighting: Sighting, position: number, last: number): void {
    const at = sighting.openings.indexOf(position);
    if (at < 0) return;
    sighting.openings.splice(at, 1);
    sighting.last = Math.max(sighting.last, last);
    if (sighting.openings.length > 0) return;
    sighting.endedAt = this.#now;
    this.#noteEnd(sighting);
  }

  /** For a reader that begins at position `from`, while everything in front of `to` was taken; undefined if there is nothing to be kept. */
  save(from: number, to: number): SavedSightings | undefined {
    for (const position of this.#marks.keys()) {
      if (position >= from) break;
      this.#marks.delete(position);
    }
    this.#forgetOld();
    if (this.#count === 0 && this.#marks.size === 0) return undefined;
    const sightings: SavedSighting[] = [];
    for (const list of this.#byEnds.values())
      for (const sighting of list) if (sighting.openings.length > 0) sightings.push(copyOf(sighting));
    for (let i = this.#head; i < this.#ended.length; i++) if (hasEnded(this.#ended[i]!)) sightings.push(copyOf(this.#ended[i]!.sighting));
    return { until: Math.max(to, this.#until), now: this.#now, sightings, marks: new Map(this.#marks) };
  }

  #add(sighting: Sighting): void {
    this.#count++;
    const list = this.#byEnds.get(sighting.ends);
    if (list === undefined) {
      this.#byEnds.set(sighting.ends, [sighting]);
      return;
    }
    list.push(sighting);
    if (list.length <= sightingsOfEnds) return;
    this.#forget(list[0]!);
    this.#counters.sightingsForgotten++;
  }

  #noteEnd(sighting: Sighting): void {
    sighting.turn = ++this.#turns;
    this.#ended.push({ sighting, turn: sighting.turn });
  }

  #forgetOld(): void {
    for (; this.#head < this.#ended.length; this.#head++) {
      const next = this.#ended[this.#head]!;
      if (!hasEnded(next)) continue;
      if (next.sighting.endedAt >= this.#now - memory) break;
      this.#forget(next.sighting);
    }
    if (this.#head < 1024 || this.#head * 2 < this.#ended.length) return;
    this.#ended = this.#ended.slice(this.#head);
    this.#head = 0;
  }

  /** Makes room; false if all are open. */
  #forgetOne(): boolean {
    for (; this.#head < this.#ended.length; this.#head++) {
      const next = this.#ended[this.#head]!;
      if (!hasEnded(next)) continue;
      this.#forget(next.sighting);
      this.#counters.sightingsForgotten++;
      return true;
    }
    return false;
  }

  #forget(sighting: Sighting): void {
    const list = this.#byEnds.get(sighting.ends)!;
    if (list.length === 1) this.#byEnds.delete(sighting.ends);
    else list.splice(list.indexOf(sighting), 1);
    this.#count--;
    sighting.turn = 0;
    sighting.openings = [];
  }
}

function hasEnded({ sighting, turn }: { readonly sighting: Sighting; readonly turn: number }): boolean {
  return sighting.turn === turn;
}

function copyOf({ ends, tunnelKinds, tunnelIdentity, vlan, watch, first, last, openings, endedAt }: Sighting): SavedSighting {
  return { ends, tunnelKinds, tunnelIdentity, vlan, watch: { ...watch }, first, last, openings: [...openings], endedAt };
}

/** Tells sessions of all observers apart. */
export function watchKey({ source, startedSeconds, startedNanos }: Omit<Watch, 'told'>): string {
  return `${startedSeconds}.${startedNanos} ${source}`;
}

function isLater(watch: Watch, than: Watch): boolean {
  return (watch.startedSeconds - than.startedSeconds || watch.startedNanos - than.startedNanos) > 0;
}

/** While a flow is open it goes on for as long as its observer has told. */
function covers({ first, last, openings, watch }: Sighting, time: number): boolean {
  const until = openings.length > 0 ? Math.max(last, watch.told) : last;
  return time >= first - clockTolerance && time <= until + clockTolerance;
}

/**
 * Who stands beside a tunnel sees the same as who stands within: only two different tunnels are two places. So with VLANs, where they are told apart at all.
 */
function isSamePlace(known: Sighting, tunnelKinds: number, tunnelIdentity: number, vlan: number): boolean {
  const isSameVlan = known.vlan === 0 || vlan === 0 || known.vlan === vlan;
  const isSameTunnel = known.tunnelKinds === tunnelKinds && known.tunnelIdentity === tunnelIdentity;
  return isSameVlan && (isSameTunnel || known.tunnelKinds === 0 || tunnelKinds === 0);
}

/** The part of a flow's key that its community id is made of, and that flows without one (ARP) have as well. */
function endsOf(words: Uint32Array, at: number): string {
  const ports = words[at + Word.ports]!;
  const kind = words[at + Word.protocol]!;
  const low = words[at + Word.lowAddress + 3]!;
  const high = words[at + Word.highAddress + 3]!;
  const short = String.fromCharCode(
    kind >>> 16,
    kind & 0xffff,
    ports >>> 16,
    ports & 0xffff,
    low >>> 16,
    low & 0xffff,
    high >>> 16,
    high & 0xffff,
  );
  if (((kind >>> 8) & 0xff) !== Network.ipv6) return short;
  let long = short;
  for (const address of [Word.lowAddress, Word.highAddress])
    for (let i = 0; i < 3; i++) long += String.fromCharCode(words[at + address + i]! >>> 16, words[at + address + i]! & 0xffff);
  return long;
}
