import { stat } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { defaultIndexPrefix } from '@orbweaver/contracts/indices/names.ts';
import { Random } from '@orbweaver/protocols/sdk/conformance/random.ts';
import type { Stack } from '@orbweaver/testing/stack/stack.ts';
import { Cluster, servers, standing, type Standing } from './cluster.ts';
import { untilDrained } from './drained.ts';
import { analysed, compare, stored, type Differences } from './records.ts';

export interface ChaosOptions {
  /** Decides what happens to whom, and when. The machine decides what they were at then. */
  readonly seed: number;
  /** The capture that goes through. */
  readonly file: string;
  /** How often each service is killed. */
  readonly kills: number;
  /** Milliseconds that each server is away. */
  readonly away: number;
  /** Milliseconds between two events, at most. */
  readonly pause: number;
  /** Milliseconds from one pass of the file to the next. */
  readonly rest: number;
  /** Which servers are killed and start over, which takes Java a while; others are held where they are. */
  readonly startsOver: 'all' | 'one';
  readonly say: (line: string) => void;
}

export interface ChaosReport extends Differences {
  readonly expected: number;
  readonly found: number;
  /** Records that stand in the indices more than once. */
  readonly doubled: number;
  readonly deadLetters: number;
  /** How often the file was sent to its end. */
  readonly passes: number;
  readonly seconds: number;
}

/** Milliseconds until a service that was killed is started again, at most. */
const restartPause = 1500;

/**
 * Sends a capture through the services, over and over, while they are killed, joined, left, and their servers taken away; then lets a last pass come to its end and compares what
 * the indices hold with what an undisturbed analysis says.
 */
export async function chaos(stack: Stack, options: ChaosOptions): Promise<ChaosReport> {
  const { file, say } = options;
  const began = performance.now();
  const at = () => `${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s`;
  const note = (line: string) => say(`${at()}  ${line}`);
  say(`seed ${options.seed}, ${((await stat(file)).size / 1e6).toFixed(1)} MB, ${standing.join(' and ')} beside the whisperer`);
  const expected = analysed(file);
  expected.catch(() => undefined);
  const cluster = await Cluster.open(stack, file);
  try {
    const services = await Promise.all(standing.map((name) => cluster.start(name, 'first')));
    cluster.send(options.rest);
    await Promise.all(services.map((service) => service.ready()));
    note('all are at work');
    const random = new Random(options.seed);
    const [quakes, outages] = [eventsOf(cluster, options, random, note), outagesOf(cluster, options, random, note)];
    const inTurn = async (events: readonly Event[]) => {
      for (const { after, happen } of events) {
        await wait(after);
        await happen();
        cluster.mustBeWell();
      }
    };
    await Promise.all([inTurn(quakes), inTurn(outages)]);
    note(`the last pass, after ${cluster.passes} whole ones`);
    await cluster.lastPass();
    note('the file is sent');
    const kafka = await stack.server('kafka');
    const drained = await untilDrained(kafka.address, standing, note);
    await cluster.stop();
    const found = await stored((await stack.server('elasticsearch')).address, defaultIndexPrefix);
    const truth = await expected;
    note('compared');
    return {
      ...compare(truth, found.records),
      expected: truth.size,
      found: found.records.size,
      doubled: found.documents - found.records.size,
      deadLetters: drained.deadLetters,
      passes: cluster.passes,
      seconds: Math.round((performance.now() - began) / 1000),
    };
  } catch (error) {
    for (const [name, output] of cluster.outputs) say(`--- ${name}\n${output.slice(-4000)}`);
    throw error;
  } finally {
    await cluster.kill();
  }
}

interface Event {
  /** Milliseconds behind the one before. */
  readonly after: number;
  happen(): Promise<void>;
}

type Note = (line: string) => void;

/** Kills of each service, and second ones that join and leave, in an order and at moments that the seed decides. */
function eventsOf(cluster: Cluster, { kills, pause }: ChaosOptions, random: Random, note: Note): Event[] {
  const events: Event[] = [];
  const add = (happen: () => Promise<void>) =>
    void events.splice(random.below(events.length + 1), 0, { after: random.below(pause), happen });
  for (let n = 0; n < kills; n++) {
    for (const name of standing) {
      const gap = random.below(restartPause);
      add(async () => {
        await cluster.end(name, 'first', 'SIGKILL');
        note(`killed: ${name}; again in ${gap} ms`);
        await wait(gap);
        await cluster.start(name, 'first');
      });
    }
    add(async () => {
      await cluster.killWhisperer();
      note('killed: whisperer; it begins again');
    });
  }
  for (const name of ['dissector', 'index-writer'] as const) {
    const stay = pause + random.below(pause);
    add(() => joinAndLeave(cluster, name, stay, note));
  }
  return events;
}

async function joinAndLeave(cluster: Cluster, name: Standing, stay: number, note: Note): Promise<void> {
  const second = await cluster.start(name, 'second');
  await second.says(/health and metrics/);
  note(`joined: a second ${name}`);
  await wait(stay);
  const status = await cluster.end(name, 'second', 'SIGTERM');
  if (status !== 0) throw new Error(`the second ${name} ended with ${status}:\n${second.output}`);
  note(`left: the second ${name}`);
}

/** Each server is away once: killed, or held where it is so that connections stay and nothing answers. */
function outagesOf(cluster: Cluster, { away, pause, startsOver }: ChaosOptions, random: Random, note: Note): Event[] {
  const events: Event[] = [];
  const add = (name: (typeof servers)[number], isHeld: boolean) =>
    void events.splice(random.below(events.length + 1), 0, {
      after: random.below(pause),
      happen: async () => {
        const server = await cluster.server(name);
        if (isHeld) server.freeze();
        else await server.kill();
        note(`${isHeld ? 'holds still' : 'killed'}: ${server.name}`);
        await wait(away);
        if (isHeld) server.thaw();
        else await server.start();
        note(`back: ${server.name}`);
      },
    });
  add('redis', random.below(2) === 0);
  if (startsOver === 'all') for (const name of ['kafka', 'elasticsearch'] as const) add(name, false);
  if (startsOver === 'all') for (const name of servers) add(name, true);
  else {
    const killed = random.below(2);
    add('kafka', killed === 0);
    add('elasticsearch', killed === 1);
  }
  return events;
}
