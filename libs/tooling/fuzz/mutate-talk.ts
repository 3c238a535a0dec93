import type { Random } from '@orbweaver/protocols/sdk/conformance/random.ts';
import { mutatedBytes } from './mutate-bytes.ts';
import { talkLimit, type Saying, type Talk } from './talk.ts';

/** Sayings of a talk. */
const sayingLimit = 300;

/** A talk with one to five faults: in what is said, in its order, in what of it was captured. */
export function mutatedTalk(talk: Talk, random: Random, others: readonly Talk[]): Talk {
  let changed = talk;
  for (let faults = 1 + random.below(5); faults > 0; faults--) changed = withFault(changed, random, others);
  return bounded(changed);
}

function withFault(talk: Talk, random: Random, others: readonly Talk[]): Talk {
  const { sayings } = talk;
  const other = others[random.below(others.length)]!;
  const at = random.below(Math.max(1, sayings.length));
  const saying = sayings[at];
  if (saying === undefined) return { ...talk, sayings: other.sayings };
  switch (random.below(16)) {
    case 0:
      return { ...talk, sayings: without(sayings, at) };
    case 1:
      return { ...talk, sayings: [...sayings.slice(0, at + 1), saying, ...sayings.slice(at + 1)] };
    case 2: {
      const rest = without(sayings, at);
      const place = random.below(rest.length + 1);
      return { ...talk, sayings: [...rest.slice(0, place), saying, ...rest.slice(place)] };
    }
    case 3:
      return { ...talk, sayings: replaced(sayings, at, { ...saying, side: saying.side === 0 ? 1 : 0 }) };
    case 4:
      return { ...talk, sayings: replaced(sayings, at, { ...saying, missing: [1, 3, 1000, 1 << 20, 2 ** 31 - 1][random.below(5)]! }) };
    case 5: {
      // In two segments.
      const cut = random.below(saying.bytes.length + 1);
      const [head, tail] = [saying.bytes.subarray(0, cut), saying.bytes.subarray(cut)];
      return {
        ...talk,
        sayings: [...sayings.slice(0, at), { ...saying, bytes: head }, { ...saying, bytes: tail, missing: 0 }, ...sayings.slice(at + 1)],
      };
    }
    case 6: {
      const next = sayings[at + 1];
      if (next === undefined || next.side !== saying.side) return talk;
      return {
        ...talk,
        sayings: [...sayings.slice(0, at), { ...saying, bytes: Buffer.concat([saying.bytes, next.bytes]) }, ...sayings.slice(at + 2)],
      };
    }
    case 7: {
      const foreign = other.sayings[random.below(Math.max(1, other.sayings.length))];
      return foreign === undefined ? talk : { ...talk, sayings: [...sayings.slice(0, at), foreign, ...sayings.slice(at)] };
    }
    case 8:
      return { ...talk, isOpened: !talk.isOpened, sayings: sayings.slice(at) };
    case 9:
      return {
        ...talk,
        end: (['fin', 'rst', 'none'] as const)[random.below(3)]!,
        sayings: random.below(3) === 0 ? sayings.slice(0, at + 1) : sayings,
      };
    case 10:
      return { ...talk, ports: random.below(2) === 0 ? [talk.ports[1], talk.ports[0]] : [talk.ports[0], other.ports[1]] };
    case 11: {
      const times = 1 + random.below(random.below(3) === 0 ? 100 : 5);
      const round = sayings.slice(at, at + 1 + random.below(3));
      return { ...talk, sayings: [...sayings.slice(0, at), ...Array.from({ length: times }, () => round).flat(), ...sayings.slice(at)] };
    }
    default: {
      const parts = (random.below(2) === 0 ? talk : other).sayings.map(({ bytes }) => bytes);
      return { ...talk, sayings: replaced(sayings, at, { ...saying, bytes: mutatedBytes(saying.bytes, random, parts, talkLimit) }) };
    }
  }
}

const without = (sayings: readonly Saying[], at: number): Saying[] => [...sayings.slice(0, at), ...sayings.slice(at + 1)];

const replaced = (sayings: readonly Saying[], at: number, saying: Saying): Saying[] => [
  ...sayings.slice(0, at),
  saying,
  ...sayings.slice(at + 1),
];

function bounded(talk: Talk): Talk {
  let left = talkLimit;
  const sayings = talk.sayings.slice(0, sayingLimit).filter(({ bytes }) => (left -= bytes.length) >= 0);
  return { ...talk, sayings };
}
