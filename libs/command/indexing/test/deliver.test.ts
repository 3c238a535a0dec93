import { expect, test } from 'vitest';
import { deliver, stored, type BulkTarget, type Clock, type Outcome } from '../deliver.ts';
import { StoreUnavailable } from '../writer.ts';

const busy: Outcome = { kind: 'busy', reason: 'queue full' };
const policy = { firstDelayMs: 100, maxDelayMs: 1000, deadlineMs: 5000 };

function clock(): Clock & { readonly slept: number[] } {
  const slept: number[] = [];
  return {
    slept,
    now: () => slept.reduce((sum, each) => sum + each, 0),
    sleep: async (millis) => void slept.push(millis),
    random: () => 1,
  };
}

/** Answers by what `of` says about an item and how often it was sent. */
function target(of: (item: string, times: number) => Outcome): BulkTarget<string> & { readonly sent: string[][] } {
  const sent: string[][] = [];
  return {
    sent,
    send: async (items) => {
      sent.push([...items]);
      return items.map((item) => of(item, sent.flat().filter((each) => each === item).length));
    },
  };
}

test('what_is_busy_is_sent_again_by_itself_until_it_is_taken', async () => {
  const store = target((item, times) => (item === 'b' && times < 3 ? busy : stored));
  const time = clock();
  expect(await deliver(['a', 'b', 'c'], store, policy, time)).toEqual({ stored: 3, refused: [], retries: 2 });
  expect(store.sent).toEqual([['a', 'b', 'c'], ['b'], ['b']]);
  expect(time.slept).toEqual([100, 200]);
});

test('what_is_refused_is_handed_back_with_the_reason_and_never_sent_again', async () => {
  const store = target((item) => (item === 'bad' ? { kind: 'refused', reason: 'no such field' } : stored));
  expect(await deliver(['a', 'bad'], store, policy, clock())).toEqual({
    stored: 1,
    refused: [{ item: 'bad', reason: 'no such field' }],
    retries: 0,
  });
  expect(store.sent).toHaveLength(1);
});

test('a_store_that_is_away_gets_everything_again_when_it_is_back', async () => {
  let calls = 0;
  const store: BulkTarget<string> = {
    send: async (items) => {
      if (++calls < 3) throw new StoreUnavailable('connection refused');
      return items.map(() => stored);
    },
  };
  expect(await deliver(['a', 'b'], store, policy, clock())).toMatchObject({ stored: 2, retries: 2 });
});

test('past_the_deadline_it_gives_up_and_says_what_was_wrong', async () => {
  const time = clock();
  const tried = deliver(
    ['a', 'b'],
    target((item) => (item === 'a' ? stored : busy)),
    policy,
    time,
  );
  await expect(tried).rejects.toThrow(new StoreUnavailable('1 records were not taken: queue full'));
  expect(Math.max(...time.slept)).toBe(1000);
});

test('a_mistake_of_ours_is_not_tried_again', async () => {
  const store: BulkTarget<string> = { send: () => Promise.reject(new TypeError('no function')) };
  await expect(deliver(['a'], store, policy, clock())).rejects.toThrow(TypeError);
});

test('an_answer_that_lacks_an_item_counts_as_busy', async () => {
  let calls = 0;
  const store: BulkTarget<string> = { send: async (items) => (++calls === 1 ? [stored] : items.map(() => stored)) };
  expect(await deliver(['a', 'b'], store, policy, clock())).toMatchObject({ stored: 2, retries: 1 });
});

test('nothing_to_deliver_asks_nobody', async () => {
  const store = target(() => stored);
  expect(await deliver([], store, policy, clock())).toEqual({ stored: 0, refused: [], retries: 0 });
  expect(store.sent).toEqual([]);
});
