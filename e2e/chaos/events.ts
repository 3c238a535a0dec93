import { setTimeout as wait } from 'node:timers/promises';
import { Random } from '@orbweaver/protocols/sdk/conformance/random.ts';
import { groups, servers, standing, type Cluster, type Group } from './cluster.ts';

export interface EventOptions {
  /** Decides what happens to whom, and when. The machine decides what they were at then. */
  readonly seed: number;
  /** How often each service is killed. */
  readonly kills: number;
  /** Milliseconds that each server is away. */
  readonly away: number;
  /** Milliseconds between two events, at most. */
  readonly pause: number;
  /** Which servers are killed and start over, which takes Java a while; others are held where they are. */
  readonly startsOver: 'all' | 'one';
}

export interface Event {
  /** Milliseconds behind the one before. */
  readonly after: number;
  happen(): Promise<void>;
}

type Note = (line: string) => void;

/** Milliseconds until a service that was killed is started again, at most. */
const restartPause = 1500;

const inSeconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;

/** What happens, in two rows beside each other: services are killed, joined and left, while servers are taken away. */
export function eventsOf(cluster: Cluster, options: EventOptions, note: Note): readonly (readonly Event[])[] {
  const random = new Random(options.seed);
  return [quakesOf(cluster, options, random, note), outagesOf(cluster, options, random, note)];
}

/** Milliseconds that all of it takes, about. */
export function lengthOf({ kills, away, pause, startsOver }: EventOptions): number {
  const quakes = kills * (standing.length + 1) * (pause / 2 + restartPause) + groups.length * (pause / 2 + joined(pause, 0.5) + 3000);
  const outages = (startsOver === 'all' ? 6 : 3) * (pause / 2 + away);
  return Math.max(quakes, outages);
}

/** Kills of each service, and second ones that join and leave, in an order and at moments that the seed decides. */
function quakesOf(cluster: Cluster, { kills, pause }: EventOptions, random: Random, note: Note): Event[] {
  const events: Event[] = [];
  const add = (happen: () => Promise<void>) =>
    void events.splice(random.below(events.length + 1), 0, { after: random.below(pause), happen });
  for (let n = 0; n < kills; n++) {
    for (const name of standing) {
      const gap = random.below(restartPause);
      add(async () => {
        await cluster.end(name, 'first', 'SIGKILL');
        note(`${name} is killed, for ${inSeconds(gap)}`);
        await wait(gap);
        await cluster.start(name, 'first');
      });
    }
    add(async () => note(`whisperer is killed behind ${await cluster.killWhisperer()} frames, and begins again`));
  }
  for (const name of groups) {
    const stay = joined(pause, random.below(1000) / 1000);
    add(() => joinAndLeave(cluster, name, stay, note));
  }
  return events;
}

/** Milliseconds for which a second one stays. */
function joined(pause: number, share: number): number {
  return pause * (1 + share);
}

async function joinAndLeave(cluster: Cluster, name: Group, stay: number, note: Note): Promise<void> {
  const second = await cluster.start(name, 'second');
  await second.says(/health and metrics/);
  note(`a second ${name} joins, for ${inSeconds(stay)}`);
  await wait(stay);
  const status = await cluster.end(name, 'second', 'SIGTERM');
  if (status !== 0) throw new Error(`the second ${name} ended with ${status}:\n${second.output}`);
  note(`the second ${name} has left`);
}

/** Each server is away: killed, or held where it is so that connections stay and nothing answers. */
function outagesOf(cluster: Cluster, { away, pause, startsOver }: EventOptions, random: Random, note: Note): Event[] {
  const events: Event[] = [];
  const add = (name: (typeof servers)[number], isHeld: boolean) =>
    void events.splice(random.below(events.length + 1), 0, {
      after: random.below(pause),
      happen: async () => {
        const server = await cluster.server(name);
        if (isHeld) server.freeze();
        else await server.kill();
        note(`${server.name} ${isHeld ? 'holds still' : 'is killed'}, for ${inSeconds(away)}`);
        await wait(away);
        if (isHeld) server.thaw();
        else await server.start();
        note(`${server.name} is back`);
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
