import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { defaultIndexPrefix } from '@orbweaver/contracts/indices/names.ts';
import type { Stack } from '@orbweaver/testing/stack/stack.ts';
import { compare, type Account } from './account.ts';
import { chaosCapture } from './capture.ts';
import { Cluster, standing } from './cluster.ts';
import { eventsOf, lengthOf, type Event, type EventOptions } from './events.ts';
import { Person } from './person.ts';
import { Truth, documents, stored } from './truth.ts';
import { feed, search, upload } from './sent.ts';
import { Work } from './work.ts';

export interface ChaosOptions extends EventOptions {
  /** For captures, and for what the control-api keeps. */
  readonly folder: string;
  /** Of each capture that a whisperer reads; those that are uploaded have a quarter of it. */
  readonly bytes: number;
  readonly say: (line: string) => void;
}

export interface ChaosReport extends Account {
  readonly deadLetters: number;
  /** Captures that whisperers read, and those that were uploaded. */
  readonly captures: number;
  readonly uploads: number;
  readonly searches: { readonly asked: number; readonly answered: number };
  readonly seconds: number;
}

/** Behind the time of all that whisperers read. */
const firstUpload = 10_000;
/** Milliseconds between two lines while nothing happens. */
const silence = 15_000;

/**
 * Sends captures through the services, by whisperers and by uploads, while they are killed, joined, left, and their servers taken away; then lets everything come to its end and compares
 * what the search API has with what undisturbed analyses say. No record is in two captures: what is lost stays lost.
 */
export async function chaos(stack: Stack, options: ChaosOptions): Promise<ChaosReport> {
  const { folder, bytes, say } = options;
  const began = performance.now();
  let lastLine = began;
  const note = (line: string) => {
    lastLine = performance.now();
    say(`${((lastLine - began) / 1000).toFixed(1).padStart(6)} s  ${line.padEnd(60)} ${work.toString()}`);
  };
  const captures = join(folder, 'captures');
  await mkdir(captures, { recursive: true });
  const cluster = await Cluster.open(stack, folder);
  const [kafka, elasticsearch] = [await stack.server('kafka'), await stack.server('elasticsearch')];
  const work = new Work(kafka.address, elasticsearch.address, defaultIndexPrefix);
  const beating = setInterval(() => void (performance.now() - lastLine > silence && note('...')), 1000);
  let isOver = false;
  try {
    const person = await begin(cluster);
    note('all are at work');
    const truth = new Truth();
    const making = (from: number, size: number) => {
      let n = from;
      return { truth, next: () => chaosCapture(captures, n++, size), isOver: () => isOver };
    };
    const sending = [feed(cluster, work, making(0, bytes)), upload(person, making(firstUpload, bytes / 4))] as const;
    const searching = search(person, () => isOver);
    const happening = Promise.all(eventsOf(cluster, options, note).map((events) => inTurn(events, cluster)));
    // Whoever fails ends it at once.
    await Promise.race([happening, rejectionOf([...sending, searching])]);
    isOver = true;
    note('nothing more happens; all that was begun comes to its end');
    const [sent, uploads] = await Promise.all(sending);
    const searches = await searching;
    note(`${sent} captures are sent, ${uploads} uploads are done`);
    await cluster.ready();
    await work.untilDone(note);
    const counts = await documents(elasticsearch.address, defaultIndexPrefix);
    const account = await compare(truth, await stored(person), counts, person);
    note('compared');
    const deadLetters = await work.deadLetters();
    await cluster.stop();
    return { ...account, deadLetters, captures: sent, uploads, searches, seconds: Math.round((performance.now() - began) / 1000) };
  } catch (error) {
    for (const [name, output] of cluster.outputs) say(`--- ${name}\n${output.slice(-4000)}`);
    throw error;
  } finally {
    isOver = true;
    clearInterval(beating);
    await work.close();
    await cluster.kill();
  }
}

/** Minutes that it takes, about: what happens, and what comes before and behind it. */
export function minutesOf(options: EventOptions): number {
  return Math.ceil(lengthOf(options) / 60_000) + 3;
}

/** Starts all services. */
async function begin(cluster: Cluster): Promise<Person> {
  const control = await cluster.start('control-api', 'first');
  await control.ready();
  await Promise.all(standing.filter((name) => name !== 'control-api').map((name) => cluster.start(name, 'first')));
  await cluster.ready();
  const person = new Person(cluster.controlPort, cluster.searchPort);
  await person.signInByLink((await control.says(/#token=([\w.~-]+)/))[1]!);
  return person;
}

async function inTurn(events: readonly Event[], cluster: Cluster): Promise<void> {
  for (const { after, happen } of events) {
    await wait(after);
    await happen();
    cluster.mustBeWell();
  }
}

/** Never resolves. */
function rejectionOf(promises: readonly Promise<unknown>[]): Promise<never> {
  return new Promise((_, reject) => {
    for (const promise of promises) promise.catch(reject);
  });
}
