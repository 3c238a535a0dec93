import { Side, type StreamAnalyzer } from '@orbweaver/protocols/sdk/analyzer.ts';
import { Verdict, type ProtocolModule } from '@orbweaver/protocols/sdk/module.ts';

/** What a tape took of one side: bytes and, as numbers, what was missing between them. */
export type Taped = readonly (Uint8Array | number)[];

/**
 * A protocol that is every protocol and takes down all that it is told: `tapes` by flow id, source first. With a `limit` it wants no more after so many parts.
 */
export function tape(limit = Infinity): { protocol: ProtocolModule; tapes: Map<string, readonly [Taped, Taped]> } {
  const tapes = new Map<string, readonly [Taped, Taped]>();
  const protocol: ProtocolModule = {
    name: 'tape',
    schema: { dataset: 'tape', title: 'tape', record: 'a conversation', fields: {} },
    view: { columns: [], facets: [], summary: '', sections: [] },
    stream: {
      detect: () => Verdict.either,
      open(flow): StreamAnalyzer {
        const sides: [(Uint8Array | number)[], (Uint8Array | number)[]] = [[], []];
        return {
          data(side, bytes, start, end) {
            sides[side].push(Uint8Array.from(bytes.subarray(start, end)));
            if (sides[0].length + sides[1].length >= limit) flow.done();
          },
          gap: (side, length) => void sides[side].push(length),
          close: () => undefined,
          finish() {
            const record = flow.newRecord('tape', 0, flow.now.copy(), flow.now.copy());
            tapes.set(record['flow.id'] as string, [joined(sides[Side.source]), joined(sides[Side.destination])]);
          },
        };
      },
    },
  };
  return { protocol, tapes };
}

/** However it was sliced: neighbours of one kind together. */
function joined(parts: Taped): Taped {
  const whole: (Uint8Array | number)[] = [];
  for (const part of parts) {
    const last = whole.at(-1);
    if (typeof part === 'number' && typeof last === 'number') whole[whole.length - 1] = last + part;
    else if (typeof part !== 'number' && last !== undefined && typeof last !== 'number') {
      whole[whole.length - 1] = Uint8Array.from([...last, ...part]);
    } else whole.push(part);
  }
  return whole;
}
