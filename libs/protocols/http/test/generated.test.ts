import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { conversation } from './conversation-generator.ts';
import { hear, timeless, type Event } from './talk.ts';

/** What the truth speaks of, from a record. */
function said(record: TrafficRecord, truth: Record<string, unknown>): Record<string, unknown> {
  const all = (record['http.request.headers'] ?? {}) as Record<string, string>;
  const headers = Object.fromEntries(Object.entries(all).filter(([name]) => name.startsWith('x-')));
  return Object.fromEntries(Object.keys(truth).map((name) => [name, name === 'headers' ? headers : record[name]]));
}

/** Loses octets of one event, from `from` on. */
function withHole(events: readonly Event[], at: number, from: number, length: number): Event[] {
  return events.flatMap((event, i): Event[] => {
    if (i !== at || !('client' in event || 'server' in event)) return [event];
    const text = 'client' in event ? event.client : event.server;
    const make = (part: string): Event[] => (part === '' ? [] : ['client' in event ? { client: part } : { server: part }]);
    const start = Math.min(from, text.length - 1);
    const lost = Math.min(length, text.length - start);
    return [
      ...make(text.slice(0, start)),
      { gap: 'client' in event ? 'client' : 'server', length: lost },
      ...make(text.slice(start + lost)),
    ];
  });
}

describe('generated conversations', () => {
  it('give_the_records_that_they_were_made_from_whatever_the_slicing', () => {
    fc.assert(
      fc.property(conversation, fc.constantFrom(Infinity, 1, 2, 5, 13), ({ events, truth }, pieces) => {
        const { records, flow } = hear(events, {}, pieces);
        expect(flow.abandoned).toBeUndefined();
        const byOrdinal = [...records].sort((a, b) => Number(a['http.transaction.ordinal']) - Number(b['http.transaction.ordinal']));
        expect(byOrdinal.map((record, i) => said(record, truth[i] ?? {}))).toEqual(truth);
      }),
      { numRuns: 250 },
    );
  });

  it('never_pair_a_request_with_the_response_of_another_whatever_is_missing', () => {
    const number = fc.integer({ min: 0, max: 400 });
    fc.assert(
      fc.property(conversation, number, number, number, fc.boolean(), ({ events }, at, from, length, small) => {
        const marked = events.map(mark());
        const holed = withHole(marked, at % events.length, from, 1 + (length % (small ? 20 : 400)));
        for (const record of hear(holed).records) {
          const request = (record['http.request.headers'] as Record<string, string> | undefined)?.['n'];
          const response = (record['http.response.headers'] as Record<string, string> | undefined)?.['n'];
          if (request !== undefined && response !== undefined) expect(response, JSON.stringify(holed)).toBe(request);
        }
      }),
      { numRuns: 800 },
    );
  });

  it('give_the_same_records_though_another_analyzer_goes_on_wherever_one_is_at_rest', () => {
    const number = fc.integer({ min: 0, max: 400 });
    const hole = fc.record({ at: number, from: number, length: fc.integer({ min: 1, max: 300 }) });
    let rested = 0;
    fc.assert(
      fc.property(
        conversation,
        fc.array(hole, { maxLength: 4 }),
        fc.boolean(),
        fc.constantFrom(Infinity, 40),
        ({ events }, holes, turns, pieces) => {
          const oriented = turns ? events.map(turned) : events;
          const holed = holes.reduce<readonly Event[]>(
            (all, { at, from, length }) => withHole(all, at % all.length, from, length),
            oriented,
          );
          const resting = hear(holed, { rests: true }, pieces);
          expect(resting.records).toEqual(hear(holed, {}, pieces).records);
          rested += resting.flow.rested;
        },
      ),
      { numRuns: 1500 },
    );
    expect(rested).toBeGreaterThan(1000);
  });

  it('lose_nothing_but_what_was_cut_off_at_any_octet', () => {
    fc.assert(
      fc.property(conversation, fc.integer({ min: 1, max: 1000 }), ({ events, truth }, keep) => {
        let left = keep;
        const cut = events.flatMap((event): Event[] => {
          const text = 'client' in event ? event.client : 'server' in event ? event.server : '';
          const part = text.slice(0, left);
          left -= part.length;
          return part === '' ? [] : ['client' in event ? { client: part } : { server: part }];
        });
        const whole = timeless(hear(cut).records);
        expect(timeless(hear(cut, {}, 1).records)).toEqual(whole);
        expect(whole.length).toBeLessThanOrEqual(truth.length + 1);
      }),
      { numRuns: 100 },
    );
  });
});

/** The same of the other side. */
function turned(event: Event): Event {
  if ('client' in event) return { server: event.client };
  if ('server' in event) return { client: event.server };
  return event;
}

/** Numbers the messages of each side by a header, so that a pair shows whether it belongs together. */
function mark(): (event: Event) => Event {
  let requests = 0;
  let responses = 0;
  return (event) => {
    if ('client' in event) return { client: event.client.replace(/Host: a\.test\r?\n/, (host) => `${host}N: ${requests++}\r\n`) };
    if (!('server' in event)) return event;
    return { server: event.server.replace(/ So\r?\n/g, (line) => `${line}N: ${responses++}\r\n`) };
  };
}
