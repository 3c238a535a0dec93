import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StoredPart } from '@orbweaver/command/indexing/content-indexer.ts';
import { ownPrefix, sharedServer } from '@orbweaver/testing/stack/shared.ts';
import { contentPartBytes, SentContents } from '../../../content/sent-content.ts';
import { ElasticsearchContents } from '../contents.ts';

const { address } = await sharedServer('elasticsearch');
const contents = new ElasticsearchContents({ nodes: [address], prefix: `${ownPrefix()}orbweaver` });
beforeAll(() => contents.prepare());
afterAll(() => contents.close());

const hour = 1_790_000_000;
const policy = { bodies: { keep: 'whole', bytes: 4 << 20 }, payload: { keep: 'off' } } as const;

/** What is sent of a body, and the id that its record has. */
function keep(bytes: Uint8Array, capture = 'shop.pcap') {
  const parts: StoredPart[] = [];
  const send = (part: Omit<StoredPart, 'value'>, value: Uint8Array) => void parts.push({ ...part, value });
  const sink = new SentContents({ policy, redact: (each) => each }).of({ capture, time: () => hour, send });
  const writer = sink.open('http.response.body')!;
  writer.append(bytes, 0, bytes.length);
  return { id: writer.finish()!.id, parts };
}

test('a_body_in_several_parts_comes_back_whole_at_once_and_under_the_same_id_when_it_is_kept_again', async () => {
  const body = randomBytes(contentPartBytes * 2 + 12_345);
  const { id, parts } = keep(body);
  expect(parts.map(({ part, value }) => [part, value.length])).toEqual([
    [0, contentPartBytes],
    [1, contentPartBytes],
    [2, 12_345],
  ]);
  expect(await contents.append(parts)).toEqual([undefined, undefined, undefined]);
  expect((await contents.read(id))?.equals(body)).toBe(true);
  expect(keep(body).id).toBe(id);
});

test('what_is_small_is_packed_and_what_is_not_there_whole_is_not_shown', async () => {
  const text = Buffer.from('loom '.repeat(1000));
  const { id, parts } = keep(text);
  expect(parts[0]!.value.length).toBeLessThan(200);
  expect(await contents.read(id)).toBeUndefined();
  await contents.append(parts);
  expect((await contents.read(id))?.equals(text)).toBe(true);
  const torn = keep(randomBytes(contentPartBytes + 1));
  await contents.append(torn.parts.slice(0, 1));
  expect(await contents.read(torn.id)).toBeUndefined();
  expect(await contents.read('../../_search')).toBeUndefined();
});

test('what_was_kept_of_a_capture_goes_with_it_and_that_of_others_stays', async () => {
  const [gone, stays] = [keep(randomBytes(2000), 'gone.pcap'), keep(randomBytes(2000), 'stays.pcap')];
  await contents.append([...gone.parts, ...stays.parts]);
  await contents.deleteCapture('gone.pcap');
  expect(await contents.read(gone.id)).toBeUndefined();
  expect((await contents.read(stays.id))?.length).toBe(2000);
});

test('a_part_of_what_no_dissector_named_is_refused_by_itself', async () => {
  const { parts } = keep(Buffer.from('warp'));
  const [refusal, stored] = await contents.append([{ ...parts[0]!, id: 'no id' }, parts[0]!]);
  expect(refusal).toContain('"no id"');
  expect(stored).toBeUndefined();
});
