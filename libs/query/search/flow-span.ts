import type { FlatRecord } from '@orbweaver/contracts/query/answers.ts';
import { parseInstant } from './instant-text.ts';
import type { TimeRange } from './reader.ts';

/** Nanoseconds of a piece of a conversation at most: `captureActiveTimeout` is no longer than a day. */
const pieceLimit = 86_400n * 1_000_000_000n;

/** When that which was spoken in a flow began, in nanoseconds since 1970; what ended in a further piece of a conversation may have begun in the one before. */
export function flowSpan(flow: FlatRecord): TimeRange {
  const start = parseInstant(flow['@timestamp'])!;
  const to = parseInstant(String(flow['event.end'] ?? flow['@timestamp']))! + 1n;
  return { from: flow['flow.root_id'] === undefined ? start : start - pieceLimit, to };
}
