import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { Side } from '../../sdk/analyzer.ts';
import { TestFlow, type TestFlowOptions } from '../../sdk/test-flow.ts';
import { protocol } from '../module.ts';

/** One thing that happens on a connection. Text is Latin-1. */
export type Event =
  | { readonly client: string }
  | { readonly server: string }
  | { readonly gap: 'client' | 'server'; readonly length: number }
  | { readonly close: 'client' | 'server'; readonly reason?: 'fin' | 'rst' };

export const client = (text: string): Event => ({ client: text });
export const server = (text: string): Event => ({ server: text });

/** What came of it. */
export interface Heard {
  readonly flow: TestFlow;
  readonly records: TrafficRecord[];
}

/** Lets the events happen and finishes the flow. `pieces` is how many octets a call brings at most. */
export function hear(events: readonly Event[], options: TestFlowOptions = {}, pieces = Infinity): Heard {
  const flow = new TestFlow(protocol, options);
  for (const event of events) play(flow, event, pieces);
  return { flow, records: flow.finish() };
}

/** The records of a conversation. */
export const recordsOf = (events: readonly Event[], options: TestFlowOptions = {}): TrafficRecord[] => hear(events, options).records;

function play(flow: TestFlow, event: Event, pieces: number): void {
  if ('client' in event) return send(flow, Side.source, event.client, pieces);
  if ('server' in event) return send(flow, Side.destination, event.server, pieces);
  if ('gap' in event) return void flow.gap(event.gap === 'client' ? Side.source : Side.destination, event.length);
  flow.close(event.close === 'client' ? Side.source : Side.destination, event.reason ?? 'fin');
}

function send(flow: TestFlow, side: Side, text: string, pieces: number): void {
  for (let at = 0; at < text.length; at += pieces) flow.send(side, text.slice(at, at + Math.min(pieces, text.length)));
}

const times = ['@timestamp', 'event.start', 'event.end', 'event.duration', 'http.response.time_to_first_byte'];

/** The records without what depends on when each octet came. */
export function timeless(records: readonly TrafficRecord[]): unknown[] {
  return records.map((record) => Object.fromEntries(Object.entries(record).filter(([name]) => !times.includes(name))));
}

/** The fields asked for, those that are absent left out. */
export function pick(record: TrafficRecord | undefined, ...names: string[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((name) => record?.[name] !== undefined).map((name) => [name, record![name]]));
}

/** Method, target and status of each record, as one line each. */
export function pairs(records: readonly TrafficRecord[]): string[] {
  return records.map(
    (r) =>
      `${String(r['http.request.method'] ?? '-')} ${String(r['url.original'] ?? '-')} ${String(r['http.response.status_code'] ?? '-')}`,
  );
}
