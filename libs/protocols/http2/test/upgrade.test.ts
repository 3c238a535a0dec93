import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { protocol as http } from '../../http/module.ts';
import { behind } from '../../sdk/conformance/behind.ts';
import { readConversations } from '../../sdk/conformance/conversations.ts';
import { recognise, replay } from '../../sdk/conformance/replay.ts';
import { cutPositions, cutAt, sliced } from '../../sdk/conformance/variations.ts';
import { protocol } from '../module.ts';

const upgraded = behind(http, protocol);
const conversations = readConversations(readFileSync(new URL('../fixtures/upgrade/h2c.pcap', import.meta.url))).map((conversation, index) =>
  recognise(upgraded, conversation, index)!,
);

const line = (record: Record<string, unknown>): unknown[] => [
  record['http.version'],
  record['http.request.method'],
  record['url.original'],
  record['http.response.status_code'],
  record['http2.stream.id'],
  record['http.transaction.ordinal'],
];

it('a_request_that_upgrades_and_its_answer_on_stream_1_are_one_record', () => {
  const records = conversations.map((conversation) => replay(upgraded, conversation, conversation.steps).records);
  expect(records.map((all) => all.map(line))).toEqual([
    [
      ['1.1', 'GET', '/style.css', 200, 1, 1],
      ['2', 'GET', '/missing', 404, expect.any(Number), 2],
    ],
    [['1.1', 'GET', '/style.css', 200, 1, 1]],
  ]);
  expect(records[1]![0]).toMatchObject({
    'url.domain': '127.0.0.1',
    'user_agent.original': 'curl/7.88.1',
    'http.response.interim_status_codes': [101],
    'http.response.body.bytes': 19,
  });
});

it('an_upgrade_sliced_anyhow_gives_the_same_records_and_cut_anywhere_breaks_nothing', () => {
  for (const conversation of conversations) {
    const whole = replay(upgraded, conversation, conversation.steps).records.map(line);
    expect(
      replay(
        upgraded,
        conversation,
        sliced(conversation.steps, () => 1),
      ).records.map(line),
    ).toEqual(whole);
    for (const at of cutPositions(conversation.steps)) {
      const { records } = replay(upgraded, conversation, cutAt(conversation.steps, at));
      expect(records.length).toBeLessThanOrEqual(whole.length);
    }
  }
});
