import fc from 'fast-check';
import type { Closing, Fate, Opening, Script, Segment, Side, Step } from './script.ts';

/** Every way in which a conversation may begin, with how often it is chosen. */
const openings: readonly (readonly [Opening, number])[] = [
  ['handshake', 8],
  ['syn-repeated', 1],
  ['syn-ack-repeated', 1],
  ['syn-with-data', 2],
  ['simultaneous', 2],
  ['syn-missing', 2],
  ['syn-late', 1],
  ['middle', 2],
  ['middle-quiet', 1],
  ['unanswered', 1],
  ['refused', 1],
];

const closings: readonly (readonly [Closing, number])[] = [
  ['open', 1],
  ['client-first', 3],
  ['server-first', 1],
  ['both-at-once', 1],
  ['half', 2],
  ['only-client', 1],
  ['only-server', 1],
  ['client-resets', 1],
  ['server-resets', 1],
  ['fin-before-data', 1],
  ['fin-with-data-twice', 1],
];

const fates: readonly (readonly [Fate, number])[] = [
  ['seen', 8],
  ['twice', 1],
  ['resent', 2],
  ['missed', 2],
  ['fragments', 1],
];

const oneOf = <T>(choices: readonly (readonly [T, number])[]): fc.Arbitrary<T> =>
  fc.oneof(...choices.map(([value, weight]) => ({ arbitrary: fc.constant(value), weight })));

const side = fc.constantFrom<Side>(0, 1);

const segment: fc.Arbitrary<Segment> = fc.record({
  length: fc.oneof({ arbitrary: fc.integer({ min: 1, max: 40 }), weight: 3 }, { arbitrary: fc.integer({ min: 1, max: 1400 }), weight: 1 }),
  fate: oneOf(fates),
  delay: oneOf([
    [0, 6],
    [1, 1],
    [2, 1],
    [5, 1],
  ]),
  grow: oneOf([
    [0, 3],
    [3, 1],
    [30, 1],
  ]),
});

const burst: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('burst' as const),
  side,
  segments: fc.array(segment, { minLength: 1, maxLength: 7 }),
  repeats: fc.array(fc.record({ from: fc.nat(120), length: fc.integer({ min: 1, max: 90 }), differs: fc.boolean(), early: fc.boolean() }), {
    maxLength: 2,
  }),
  isAcknowledged: oneOf([
    [true, 5],
    [false, 1],
  ]),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: burst, weight: 8 },
  { arbitrary: fc.record({ kind: fc.constant('keep-alive' as const), side, hasByte: fc.boolean() }), weight: 1 },
  { arbitrary: fc.record({ kind: fc.constant('zero-window' as const), side, count: fc.integer({ min: 1, max: 12 }) }), weight: 1 },
);

/** Sequence numbers: any, and those that wrap soon. */
const isn = fc.oneof(fc.nat(2 ** 32 - 1), fc.integer({ min: 2 ** 32 - 600, max: 2 ** 32 - 1 }), fc.constantFrom(0, 2 ** 31 - 20, 2 ** 31));

/** Conversations of every kind, small enough to be read when one fails. */
export const scripts: fc.Arbitrary<Script> = fc.record({
  network: fc.constantFrom<4 | 6>(4, 6),
  vlans: fc.oneof(
    { arbitrary: fc.constant([]), weight: 3 },
    { arbitrary: fc.array(fc.integer({ min: 1, max: 4094 }), { maxLength: 2 }), weight: 1 },
  ),
  isn: fc.tuple(isn, isn),
  opening: oneOf(openings),
  steps: fc.array(step, { maxLength: 6 }),
  closing: oneOf(closings),
  captured: oneOf<Script['captured']>([
    ['both', 8],
    ['client', 1],
    ['server', 1],
  ]),
  salt: fc.nat(255),
});
