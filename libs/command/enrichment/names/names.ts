import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import type { Enricher } from '../enricher.ts';
import { ipv4Number } from '../ipv4-number.ts';
import type { NameAnswer } from './answers.ts';
import { addAnswer, nameAt, type Run } from './runs.ts';
import { packetMicros } from './packet-time.ts';

/** Runs of answers that are held at a time, about 150 bytes each; beyond it the address that has been known for longest is forgotten. */
export const namesLimit = 200_000;

/**
 * Of an address. Of IPv4 its number as a signed one: to look for a text that was just made V8 has to enter it in its table of all texts, which takes five times as long.
 */
type Key = number | string;

function keyOf(address: string): Key {
  const number = ipv4Number(address);
  return number < 0 ? address : number | 0;
}

interface Known {
  /** What anyone was told. */
  readonly anyone: Run[];
  readonly byClient: Map<Key, Run[]>;
  runs: number;
}

/**
 * The names of the two sides of a record, from the DNS answers of the same capture or observer: the newest answer that came before the record began and still holds, among those that
 * the other side was given; if it was given none, among all. An address has many names, of hosts that share it and of those that had it before: this is the one that was meant.
 *
 * Answers are added in the order in which they came. `tick` says when that was by the clock of the capture: an answer is unknown to records that were complete before.
 */
export class Names implements Enricher {
  readonly name = 'names';
  /** Addresses that were forgotten since there were too many. */
  forgotten = 0;
  runs = 0;
  readonly #limit: number;
  readonly #known = new Map<Key, Known>();

  constructor(limit = namesLimit) {
    this.#limit = limit;
  }

  add(answer: NameAnswer, tick = 0): void {
    const address = keyOf(answer.address);
    const client = keyOf(answer.client);
    let known = this.#known.get(address);
    if (known === undefined) this.#known.set(address, (known = { anyone: [], byClient: new Map(), runs: 0 }));
    let own = known.byClient.get(client);
    if (own === undefined) known.byClient.set(client, (own = []));
    const before = own.length + known.anyone.length;
    addAnswer(own, answer, tick);
    addAnswer(known.anyone, answer, tick);
    const added = own.length + known.anyone.length - before;
    known.runs += added;
    this.runs += added;
    while (this.runs > this.#limit) this.#forgetOldest();
  }

  enrich(record: TrafficRecord, tick = Infinity): void {
    const source = record['source.ip'] as string | undefined;
    const destination = record['destination.ip'] as string | undefined;
    if (source === undefined || destination === undefined) return;
    const called = this.#known.get(keyOf(destination));
    if (called !== undefined) {
      const name = nameOf(record, called, source, tick);
      if (name !== undefined) record['destination.domain'] = name;
    }
    const calling = this.#known.get(keyOf(source));
    if (calling !== undefined) {
      const name = nameOf(record, calling, destination, tick);
      if (name !== undefined) record['source.domain'] = name;
    }
  }

  #forgetOldest(): void {
    const [address, known] = this.#known.entries().next().value!;
    this.#known.delete(address);
    this.runs -= known.runs;
    this.forgotten++;
  }
}

function nameOf(record: TrafficRecord, known: Known, peer: string, tick: number): string | undefined {
  const began = packetMicros(record['@timestamp']);
  const own = known.byClient.get(keyOf(peer));
  return (own === undefined ? undefined : nameAt(own, began, tick)) ?? nameAt(known.anyone, began, tick);
}
