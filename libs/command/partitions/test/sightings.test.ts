import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { Word, wordsPerFlow } from '@orbweaver/packet/flow/flow-slab.ts';
import { IpProtocol, Network } from '@orbweaver/packet/layers/packet.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../checkpoint.ts';
import { clockTolerance, Sightings, type SavedSightings, type Sighting, type Watch } from '../sightings.ts';

const minute = 60e3;

/** The observers a and b (and c) of one partition; conversations are told apart by a port. */
function partition(saved?: SavedSightings, limit?: number) {
  const counters = { twinFlows: 0, sightingsForgotten: 0 };
  const sightings = new Sightings(counters, saved, limit);
  const watches = new Map<string, Watch>();
  const watchOf = (observer: string, startedSeconds = 0): Watch => {
    const key = `${observer} ${startedSeconds}`;
    const session = { source: `live ${observer}`, startedSeconds, startedNanos: 0, identity: observer, name: observer };
    const watch = watches.get(key) ?? sightings.watch(session);
    watches.set(key, watch);
    return watch;
  };
  let position = saved?.until ?? 0;
  return {
    counters,
    sightings,
    watchOf,
    get position() {
      return position;
    },
    open(observer: string, time: number, port = 1, { vni = 0, session = 0, at = position++ } = {}) {
      const seen = sightings.opened(watchOf(observer, session), rowOf(port, vni), 0, time, at);
      return { twinOf: typeof seen === 'string' ? seen : undefined, end: (last: number) => end(seen, at, last) };
    },
  };
  function end(seen: string | Sighting | undefined, at: number, last: number): void {
    if (typeof seen === 'object') sightings.ended(seen, at, last);
  }
}

function rowOf(port: number, vni: number): Uint32Array {
  const row = new Uint32Array(wordsPerFlow);
  row[Word.lowAddress + 3] = 0x0a000001;
  row[Word.highAddress + 3] = 0x0a000002;
  row[Word.ports] = (port << 16) | 443;
  row[Word.protocol] = IpProtocol.tcp | (Network.ipv4 << 8);
  if (vni > 0) row[Word.tunnelKinds] = 1;
  row[Word.tunnelIdentity] = vni;
  return row;
}

test.each(['ab', 'ba'])('whoever tells first is the first and the other its twin, whatever their names (%s)', (order) => {
  const { open, counters } = partition();
  const [one, other] = order as unknown as [string, string];
  expect(open(one, 100).twinOf).toBeUndefined();
  expect(open(other, 100).twinOf).toBe(one);
  expect(open('c', 100).twinOf).toBe(one);
  expect(counters.twinFlows).toBe(2);
});

test('other_ends_are_another_conversation', () => {
  const { open } = partition();
  open('a', 100, 1);
  expect(open('b', 100, 2).twinOf).toBeUndefined();
});

test('a_flow_of_the_same_observer_is_no_twin_whether_it_connects_again_or_was_started_again', () => {
  const { open } = partition();
  open('a', 100).end(101);
  expect(open('a', 101.5).twinOf).toBeUndefined();
  expect(open('a', 102, 1, { session: 7 }).twinOf).toBeUndefined();
});

test('an_observer_whose_batches_lag_is_told_to_be_a_twin_after_the_conversation_has_ended', () => {
  const { open, sightings } = partition();
  sightings.advance(1000);
  open('a', 100).end(110);
  sightings.advance(1000 + minute);
  expect(open('b', 100).twinOf).toBe('a');
  sightings.advance(1000 + 10 * minute);
  expect(open('b', 100).twinOf).toBeUndefined();
  expect(sightings.remembered).toBe(1);
});

test('ends_that_are_used_again_later_are_another_conversation_and_their_first_teller_is_the_first', () => {
  const { open } = partition();
  open('a', 100).end(101);
  open('b', 100).end(101);
  expect(open('b', 200).twinOf).toBeUndefined();
  expect(open('a', 200).twinOf).toBe('b');
  // What still comes of the earlier one belongs to it.
  expect(open('b', 100.5).twinOf).toBe('a');
});

test('clocks_may_be_apart_by_the_tolerance_and_no_more', () => {
  for (const first of [100 - clockTolerance, 110 + clockTolerance]) {
    const { open } = partition();
    open('a', 100).end(110);
    expect(open('b', first).twinOf).toBe('a');
  }
  for (const first of [100 - clockTolerance - 0.1, 110 + clockTolerance + 0.1]) {
    const { open } = partition();
    open('a', 100).end(110);
    expect(open('b', first).twinOf).toBeUndefined();
  }
});

test('an_open_conversation_goes_on_for_as_long_as_its_observer_is_heard_of', () => {
  const { open, watchOf } = partition();
  open('a', 100);
  watchOf('a').told = 400;
  expect(open('b', 390).twinOf).toBe('a');
  // The first one was killed: what only the other one sees is a first again.
  expect(open('b', 400 + clockTolerance + 1).twinOf).toBeUndefined();
});

test('of_several_sessions_of_an_observer_the_latest_tells_how_far_it_is', () => {
  const { open, watchOf } = partition();
  open('a', 100, 1, { session: 50 });
  watchOf('a', 50).told = 101;
  open('a', 102, 1, { session: 101 });
  watchOf('a', 101).told = 300;
  // Batches of the first one that were refused come once more.
  open('a', 100, 1, { session: 50 });
  expect(open('b', 290).twinOf).toBe('a');
});

test('who_stands_beside_a_tunnel_sees_the_same_as_who_stands_within_and_two_tunnels_are_two_places', () => {
  const { open } = partition();
  open('a', 100, 1, { vni: 5 });
  expect(open('b', 100, 1).twinOf).toBe('a');
  expect(open('b', 100, 1, { vni: 5 }).twinOf).toBe('a');
  expect(open('b', 100, 1, { vni: 6 }).twinOf).toBeUndefined();
});

test('beyond_the_limit_those_go_first_that_ended_first_and_what_is_open_stays', () => {
  const { open, counters, sightings } = partition(undefined, 3);
  const flows = [1, 2, 3].map((port) => open('a', 100, port));
  expect(open('a', 100, 4).twinOf).toBeUndefined();
  expect(counters.sightingsForgotten).toBe(1);
  expect(open('b', 100, 3).twinOf).toBe('a');
  flows[1]!.end(101);
  flows[0]!.end(101);
  open('a', 100, 5);
  expect([1, 2, 3, 5].map((port) => open('b', 100, port).twinOf)).toEqual(['a', undefined, 'a', 'a']);
  // The one that was forgotten has taken the place of another.
  expect(sightings.remembered).toBe(3);
});

test('the_same_ends_in_ever_new_tunnels_are_bounded', () => {
  const { open, sightings, counters } = partition();
  for (let vni = 1; vni <= 1000; vni++) open('a', 100, 1, { vni });
  expect(sightings.remembered).toBe(64);
  expect(counters.sightingsForgotten).toBe(936);
});

test('a_reader_that_begins_at_a_checkpoint_repeats_what_was_decided_and_goes_on_as_the_one_before', () => {
  const one = partition();
  one.sightings.advance(5000);
  one.open('a', 90, 9).end(91);
  const early = one.position;
  one.open('a', 100, 1);
  one.open('b', 100, 1);
  one.open('b', 100, 2);
  one.open('a', 100, 3).end(120);
  one.watchOf('a').told = 150;
  const checkpoint = { offset: 0, sessions: [], sightings: one.sightings.save(early, one.position)! };
  const { sightings: saved } = decodeCheckpoint(encodeCheckpoint(checkpoint));
  expect(saved).toEqual(checkpoint.sightings);

  const two = partition(saved);
  // Again, from the checkpoint's offset on: other times would be other decisions.
  const first = two.open('a', 100, 1, { at: early });
  expect(first.twinOf).toBeUndefined();
  expect(two.open('b', 999, 1, { at: early + 1 }).twinOf).toBe('a');
  expect(two.open('b', 100, 2, { at: early + 2 }).twinOf).toBeUndefined();
  expect(two.open('a', 100, 3, { at: early + 3 }).twinOf).toBeUndefined();
  expect(two.sightings.save(early, early + 2)).toEqual(saved);
  // Then on: the same of both.
  for (const { open } of [one, two]) {
    expect(open('a', 100, 2).twinOf).toBe('b');
    expect(open('b', 150, 1).twinOf).toBe('a');
    expect(open('b', 121, 3).twinOf).toBe('a');
    expect(open('b', 130, 3).twinOf).toBeUndefined();
    expect(open('b', 90, 9).twinOf).toBe('a');
  }
  // The flow that was opened again is the one that was open.
  two.watchOf('a').told = 100;
  first.end(102);
  expect(two.open('b', 120, 1).twinOf).toBeUndefined();
});

test('a_checkpoint_of_the_version_before_is_read_and_has_no_sightings', () => {
  const offsetAndNoSessions = Uint8Array.of(0, 0, 0, 0, 0, 7, 0, 0, 0, 0);
  expect(decodeCheckpoint(Buffer.concat([Uint8Array.of(1), deflateRawSync(offsetAndNoSessions)]))).toEqual({ offset: 7, sessions: [] });
});
