import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { Side } from '../../sdk/analyzer.ts';
import type { TestFlow } from '../../sdk/test-flow.ts';
import { packetShape, packetSize } from '../names.ts';
import { agreed, u32, type Lists } from './packets.ts';

const accept = 17;
const success = 1;
const failure = 30;
const question = 120;

const kinds: readonly Lists[] = [
  { cipher: 'chacha20-poly1305@openssh.com' },
  { cipher: 'aes128-gcm@openssh.com' },
  { cipher: 'aes128-ctr', mac: 'hmac-sha1' },
  { cipher: 'aes256-ctr', mac: 'hmac-sha2-512-etm@openssh.com' },
  { cipher: '3des-cbc', mac: 'hmac-md5' },
];

/** The server's turns, each of packets with so much payload; the client says something before each. */
function turns(lists: Lists, ...said: readonly (readonly number[])[]): TestFlow {
  const flow = agreed(lists);
  const shape = packetShape(lists.cipher!, lists.mac ?? '')!;
  for (const payloads of said) {
    flow.client(Buffer.alloc(52, 1));
    for (const payload of payloads) {
      const size = packetSize(shape, payload);
      flow.server(Buffer.concat([u32(shape.hasClearLength ? size - 4 - shape.tag : 0x12345678), Buffer.alloc(size - 4, 7)]));
    }
  }
  return flow;
}

const outcome = (flow: TestFlow): unknown[] => {
  const [record] = flow.close(Side.source).close(Side.destination).finish('fin');
  return [record!['event.outcome'], record!['ssh.authentication.attempts']];
};

describe.each(kinds)('sign-in with $cipher $mac', (lists) => {
  it('success_is_the_smallest_packet_of_all', () => {
    expect(outcome(turns(lists, [accept], [failure], [question], [success]))).toEqual(['success', 1]);
  });

  it('refusals_are_attempts_but_for_the_first', () => {
    expect(outcome(turns(lists, [accept], [failure], [failure], [failure]))).toEqual(['failure', 2]);
  });

  it('a_client_that_needs_no_password_signs_in_at_once', () => {
    expect(outcome(turns(lists, [accept], [success]))).toEqual(['success', 1]);
  });

  it('a_client_that_gives_up_did_not_sign_in', () => {
    expect(outcome(turns(lists, [accept], [failure]))).toEqual(['failure', 0]);
  });

  it('what_a_connection_still_open_will_bring_is_unknown', () => {
    const [record] = turns(lists, [accept], [failure], [failure]).finish();
    expect(record).toMatchObject({ 'event.outcome': 'unknown', 'ssh.authentication.attempts': 1 });
  });

  it('a_hole_leaves_it_unknown', () => {
    expect(outcome(turns(lists, [accept], [failure]).gap(Side.destination, 100))).toEqual(['unknown', undefined]);
  });
});

describe('sign-in', () => {
  it('behind_a_hole_success_can_be_told_and_not_how_often_it_was_tried', () => {
    const flow = turns(kinds[2]!, [accept], [failure]).gap(Side.destination, 68);
    flow.client(Buffer.alloc(52, 1)).server(Buffer.alloc(packetSize(packetShape('aes128-ctr', 'hmac-sha1')!, success), 7));
    expect(outcome(flow.client(Buffer.alloc(52, 1)))).toEqual(['success', undefined]);
  });

  it.each([kinds[0]!, kinds[2]!])('success_with_more_in_the_same_turn_is_told_by_the_number_of_packets: $cipher', (lists) => {
    expect(outcome(turns(lists, [accept], [failure], [success, 500]))).toEqual(['success', 1]);
  });

  it.each([kinds[1]!, kinds[3]!])('packets_to_be_ignored_before_each_other_are_no_success: $cipher', (lists) => {
    const ignored = 5;
    const refused = [ignored, failure];
    expect(outcome(turns(lists, [accept], refused, [ignored, question], refused))).toEqual(['failure', 1]);
    expect(outcome(turns(lists, [accept], refused, refused, [ignored, success]))).toEqual(['success', 2]);
  });

  it.each([kinds[1]!, kinds[3]!])('host_keys_behind_a_success_do_not_hide_it: $cipher', (lists) => {
    const hostKeys = 85;
    expect(outcome(turns(lists, [accept], [success, hostKeys]))).toEqual(['success', 1]);
    expect(outcome(turns(lists, [accept], [failure], [success, failure]))).toEqual(['success', 1]);
  });

  it('a_question_without_an_end_leaves_it_unknown_where_packets_are_not_told_apart', () => {
    expect(outcome(turns(kinds[0]!, [accept], [failure], [question]))).toEqual(['unknown', undefined]);
    expect(outcome(turns(kinds[1]!, [accept], [failure], [question]))).toEqual(['failure', 0]);
  });

  it.each([{ cipher: 'none' }, { cipher: 'aes128-ctr', mac: 'unheard-of' }, { compression: 'zlib' }])('is_unknown_with_%j', (lists) => {
    expect(outcome(agreed(lists).client(Buffer.alloc(40)).server(Buffer.alloc(40)))).toEqual(['unknown', undefined]);
  });

  it.each([
    ['chacha20-poly1305@openssh.com', '', 44, 28],
    ['aes256-gcm@openssh.com', '', 52, 36],
    ['aes256-ctr', 'hmac-sha2-256', 64, 48],
    ['aes256-ctr', 'hmac-sha2-256-etm@openssh.com', 68, 52],
    ['aes128-cbc', 'umac-64@openssh.com', 40, 24],
  ])('sizes_follow_from_cipher_and_code: %s %s', (cipher, mac, accepted, succeeded) => {
    const shape = packetShape(cipher, mac)!;
    expect([packetSize(shape, accept), packetSize(shape, success)]).toEqual([accepted, succeeded]);
  });
});

describe('fixtures', () => {
  const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

  it.each(['sign-in', 'ciphers', 'key-exchange', 'banner', 'dropbear'])('what_the_server_logged_is_what_was_told: %s', (name) => {
    const log = read(`fixtures/${name}.log.txt`).split('\n');
    const records = read(`goldens/${name}.ndjson`).trim().split('\n');
    for (const record of records.map((line) => JSON.parse(line) as TrafficRecord)) {
      const port = String(record['source.port']);
      const lines = log.filter((line) => line.includes(` port ${port} `) || line.endsWith(`:${port}`));
      const isIn = lines.some((line) => /Accepted|succeeded/.test(line));
      expect(record['event.outcome'], port).toBe(isIn ? 'success' : 'failure');
      const attempts = record['ssh.authentication.attempts'];
      // Dropbear hangs up on the tenth wrong password without a refusal.
      if (attempts !== undefined) expect(attempts, port).toBe(lines.length === 10 ? 9 : lines.length);
    }
  });
});
