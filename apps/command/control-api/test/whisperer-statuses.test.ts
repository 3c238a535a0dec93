import { expect, test } from 'vitest';
import type { WhispererStatus } from '@orbweaver/contracts/topics/whisperer-status.ts';
import { WhispererStatuses } from '../adapters/whisperer-statuses.ts';

const at = Date.parse('2026-11-21T12:00:00Z');
const since = '2026-11-21T11:00:00.000Z';
const statuses = new WhispererStatuses();
function hear(whisperer: string, source: string, counters: Record<string, number>, more: Partial<WhispererStatus> = {}): void {
  const sources = [{ name: source, kind: 'live' as const, counters }];
  const sent = { batches: 1, bytes: 1, refused: 0, waiting_bytes: 0 };
  const status: WhispererStatus = {
    whisperer,
    version: '1',
    state: 'running',
    since,
    at: new Date(at).toISOString(),
    sources,
    sent,
    ...more,
  };
  statuses.hear(Buffer.from(JSON.stringify(status)));
}

test('live_captures_are_told_as_one_with_what_each_dropped_and_who_fell_silent', () => {
  statuses.hear(Buffer.from('not ours'));
  expect(statuses.summary(at)).toEqual({ quality: {} });
  hear('a', 'eth0', { frames: 1, packets: 1 });
  // In a tunnel there are more packets than were captured. A later word takes the place of the one before.
  hear('a', 'eth0', { frames: 100, packets: 180, not_ip: 2, 'dropped.queue': 3, 'refused.truncated': 4 });
  hear('a', 'eth1', { frames: 10, packets: 10, 'dropped.queue': 1 }, { since: '2026-11-21T10:00:00.000Z' });
  expect(statuses.summary(at)).toEqual({
    quality: { 'whisperers.dropped.queue': 4, 'whisperers.refused.truncated': 4 },
    live: { interface: 'eth0 of a, eth1 of a', packets: 110, dropped: 4, since: '2026-11-21T10:00:00.000Z' },
  });
  hear('a', 'eth1', { frames: 20 }, { at: new Date(at + 100e3).toISOString() });
  expect(statuses.summary(at + 100e3).live).toMatchObject({ packets: 120, message: 'nothing was heard lately from eth0 of a' });
  hear('a', 'eth0', { frames: 101 }, { state: 'stopped', at: new Date(at + 100e3).toISOString() });
  expect(statuses.summary(at + 100e3).live).toEqual({ interface: 'eth1 of a', packets: 20, dropped: 0, since });
  expect(statuses.summary(at + 4000e3)).toEqual({ quality: {} });
});
