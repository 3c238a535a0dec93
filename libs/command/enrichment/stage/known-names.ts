import { formatSessionEnd } from '@orbweaver/contracts/topics/session-end.ts';
import type { ToldAnswer, ToldNames } from '@orbweaver/contracts/topics/told-names.ts';
import { Names } from '../names/names.ts';

/** Runs of answers that are held of all captures together, about 150 bytes each; beyond it the names of the capture go of which nothing was heard for longest. */
const allRunsLimit = 1_000_000;
/** Captures and observers whose names are held; and sessions, of which an observer has many one behind the other. */
const tablesLimit = 4096;
const sessionsLimit = 4 * tablesLimit;

/** Names of one capture, or of one observer through all of its sessions. */
interface Table {
  readonly key: string;
  readonly names: Names;
}

interface Session {
  readonly table: Table;
  /** By partition: the tick up to which every answer was told; `Infinity` once it is over there, -1 where nothing was told. */
  readonly reached: number[];
  /** Every partition has told all that came before this tick. */
  low: number;
  /** By our clock (milliseconds), when that was last seen to move. */
  movedAt: number;
  /** Told, but not yet of a tick that all have reached. */
  waiting: ToldAnswer[];
}

/**
 * What the dissectors have told of names, all partitions of all sessions together. An answer counts once every partition has told what came before it, so that answers are added in the
 * order of their ticks whatever the order in which they were told; told twice, they are the same.
 */
export class KnownNames {
  /** Captures whose names were forgotten since there were too many. */
  forgotten = 0;
  answers = 0;
  readonly #partitions: number;
  readonly #now: () => number;
  readonly #sessions = new Map<string, Session>();
  /** The one that was heard of last stands last. */
  readonly #tables = new Map<string, Table>();

  constructor(partitions: number, now: () => number = () => performance.now()) {
    this.#partitions = partitions;
    this.#now = now;
  }

  get tables(): number {
    return this.#tables.size;
  }

  get runs(): number {
    let runs = 0;
    for (const { names } of this.#tables.values()) runs += names.runs;
    return runs;
  }

  /** Returns true if records may have been waiting for this. */
  told({ session: name, isReplayable, partition, tick, answers }: ToldNames): boolean {
    const session = this.#sessionOf(formatSessionEnd(name), isReplayable ? undefined : name.source);
    this.answers += answers.length;
    for (const answer of answers) session.waiting.push(answer);
    if (tick === undefined || partition >= this.#partitions) return false;
    session.reached[partition] = tick ?? Infinity;
    const low = Math.min(...session.reached);
    if (low === session.low) return false;
    session.low = low;
    session.movedAt = this.#now();
    this.#addWaiting(session);
    return true;
  }

  /** Every answer that came before the end of this tick is known. */
  isComplete(session: string, tick: number): boolean {
    return tick < (this.#sessions.get(session)?.low ?? -1);
  }

  /** Milliseconds for which it has not become clearer what this session's names are; undefined if nothing was ever told of it. */
  stillFor(session: string): number | undefined {
    const found = this.#sessions.get(session);
    return found === undefined ? undefined : this.#now() - found.movedAt;
  }

  of(session: string): Names | undefined {
    return this.#sessions.get(session)?.table.names;
  }

  #sessionOf(key: string, source: string | undefined): Session {
    let session = this.#sessions.get(key);
    if (session === undefined) {
      const table = this.#tableOf(source ?? key);
      const reached = new Array<number>(this.#partitions).fill(-1);
      this.#sessions.set(key, (session = { table, reached, low: -1, movedAt: this.#now(), waiting: [] }));
      if (this.#sessions.size > sessionsLimit) this.#sessions.delete(this.#sessions.keys().next().value!);
    }
    const { table } = session;
    this.#tables.delete(table.key);
    this.#tables.set(table.key, table);
    return session;
  }

  #tableOf(key: string): Table {
    return this.#tables.get(key) ?? { key, names: new Names() };
  }

  #addWaiting(session: Session): void {
    const { names } = session.table;
    const due = session.waiting.filter((answer) => tickOf(answer) < session.low);
    if (due.length === 0) return;
    session.waiting = session.waiting.filter((answer) => tickOf(answer) >= session.low);
    due.sort(byTime);
    for (const [client, address, name, at, until, tick] of due) names.add({ client, address, name, at, until }, tick);
    this.#forget();
  }

  #forget(): void {
    while (this.#tables.size > 1 && (this.#tables.size > tablesLimit || this.runs > allRunsLimit)) {
      const oldest = this.#tables.values().next().value!;
      this.#tables.delete(oldest.key);
      for (const [key, { table }] of this.#sessions) if (table === oldest) this.#sessions.delete(key);
      this.forgotten++;
    }
  }
}

const tickOf = (answer: ToldAnswer): number => answer[5];

/** In the order in which they came; those of one moment by what they say, so that the order never is another. */
function byTime(one: ToldAnswer, other: ToldAnswer): number {
  if (one[5] !== other[5]) return one[5] - other[5];
  if (one[3] !== other[3]) return one[3] - other[3];
  for (let i = 0; i < 3; i++) if (one[i] !== other[i]) return one[i]! < other[i]! ? -1 : 1;
  return 0;
}
