import { setTimeout as wait } from 'node:timers/promises';
import { groups, type Cluster, type Group } from './cluster.ts';
import { Away, type Person } from './person.ts';
import type { Truth } from './truth.ts';
import type { Work } from './work.ts';

const lookInterval = 300;
/** How many captures may lie before each: before those whose servers may be away there are some more. */
const captures: Readonly<Record<Group, number>> = { dissector: 1, enricher: 3, 'index-writer': 3 };
/** For one upload to be analysed, in milliseconds. */
const uploadPatience = 900_000;

export interface Feeding {
  readonly truth: Truth;
  /** Makes the next capture, and resolves to its path. */
  readonly next: () => Promise<string>;
  /** Nothing more is begun. */
  readonly isOver: () => boolean;
}

/** Sends one capture after the other through the whisperer: all have work to do, and none has so much that it would never end. Resolves to how many. */
export async function feed(cluster: Cluster, work: Work, { truth, next, isOver }: Feeding): Promise<number> {
  for (let sent = 0; ; sent++) {
    const hasMuch = () => groups.some((group) => work.of(group).waiting > (captures[group] * work.of(group).messages) / Math.max(1, sent));
    while (hasMuch() && !cluster.isWhispererWanted && !isOver()) await wait(lookInterval);
    if (isOver()) return sent;
    const file = await next();
    truth.add({ file, path: file });
    await cluster.send(file);
  }
}

/** Brings one capture after the other in through the control-api, each when the one before is done. Resolves to how many. */
export async function upload(person: Person, { truth, next, isOver }: Feeding): Promise<number> {
  for (let sent = 0; ; sent++) {
    if (isOver()) return sent;
    const file = await next();
    const name = `upload-${sent}.pcap`;
    await bring(person, name, file);
    truth.add({ file, path: name });
  }
}

/** Resolves once the capture is done. */
async function bring(person: Person, name: string, file: string): Promise<void> {
  let last = 'nothing was heard of it';
  for (const end = Date.now() + uploadPatience; Date.now() < end; await wait(lookInterval)) {
    try {
      // What was sent may have arrived, though the answer did not.
      const found = (await person.captures()).find((capture) => capture.name === name) ?? (await person.upload(name, file));
      last = `it is ${found.state}, ${Math.round(100 * found.progress)} %`;
      if (found.state === 'done') return;
      if (found.state === 'failed') throw new Error(`the upload ${name} failed: ${found.message}`);
    } catch (error) {
      if (!(error instanceof Away)) throw error;
      last = error.message;
    }
  }
  throw new Error(`the upload ${name} was not done within ${uploadPatience / 1000} s: ${last}`);
}

/** Asks for the newest flow again and again. Resolves to how often, and how often there was an answer. */
export async function search(person: Person, isOver: () => boolean): Promise<{ asked: number; answered: number }> {
  const counts = { asked: 0, answered: 0 };
  while (!isOver()) {
    counts.asked++;
    try {
      await person.search({ datasets: ['flow'], size: 1 });
      counts.answered++;
    } catch (error) {
      if (!(error instanceof Away)) throw error;
    }
    await wait(lookInterval);
  }
  return counts;
}
