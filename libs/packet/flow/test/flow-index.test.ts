import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FlowIndex } from '../flow-index.ts';

function found(index: FlowIndex, hash: number): number[] {
  const flows: number[] = [];
  for (let bucket = index.first(hash); index.flowAt(bucket) >= 0; bucket = index.next(bucket, hash)) flows.push(index.flowAt(bucket));
  return flows.sort((a, b) => a - b);
}

describe('the index of flows', () => {
  it('finds_exactly_the_flows_that_are_there_however_they_came_and_went', () => {
    // Few hashes, at both ends of the table, so that runs of buckets collide and wrap round.
    const hash = fc.constantFrom(0, 1, 2, 4094, 4095, 4096, 8191, 0xffffffff);
    const step = fc.record({ isAdd: fc.boolean(), flow: fc.nat({ max: 40 }), hash });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const index = new FlowIndex();
        const known = new Map<number, number>();
        for (const { isAdd, flow, hash } of steps) {
          const before = known.get(flow);
          if (isAdd && before === undefined) {
            index.add(flow, hash);
            known.set(flow, hash);
          } else if (!isAdd && before !== undefined) {
            index.remove(flow, before);
            known.delete(flow);
          }
        }
        for (const wanted of [0, 1, 2, 4094, 4095, 4096, 8191, 0xffffffff, 77]) {
          const expected = [...known].filter(([, hash]) => hash === wanted).map(([flow]) => flow);
          expect(found(index, wanted)).toEqual(expected.sort((a, b) => a - b));
        }
        expect([...index.flows().sort()]).toEqual([...known.keys()].sort((a, b) => a - b));
      }),
    );
  });

  it('grows_and_loses_nothing', () => {
    const index = new FlowIndex();
    for (let flow = 0; flow < 50_000; flow++) index.add(flow, Math.imul(flow, 0x9e3779b1) >>> 0);
    for (let flow = 0; flow < 50_000; flow += 7) expect(found(index, Math.imul(flow, 0x9e3779b1) >>> 0)).toEqual([flow]);
  });
});
