import { expect, test } from 'vitest';
import fc from 'fast-check';
import { LineBatch } from '../line-batch.ts';
import { LineMerge } from '../line-merge.ts';
import type { PlacedLines } from '../messages.ts';

interface Told {
  readonly lines: PlacedLines;
  readonly step: number;
  readonly isOpen: boolean;
}

/** Of every step: by thread, the frames that its lines belong to. The last step comes in several answers. */
const shape = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 4 })).chain(([threads, steps]) =>
  fc.tuple(
    fc.constant(threads),
    fc.array(fc.array(fc.array(fc.nat(9), { maxLength: 6 }), { minLength: threads, maxLength: threads }), {
      minLength: steps,
      maxLength: steps,
    }),
    fc.infiniteStream(fc.nat()),
  ),
);

test('lines_come_in_the_order_of_their_places_whichever_thread_answers_first', () => {
  fc.assert(
    fc.property(shape, ([threads, steps, choices]) => {
      const expected: { step: number; frame: number; thread: number; text: string }[] = [];
      const told = Array.from({ length: threads }, (_, thread) =>
        steps.flatMap((byThread, step) => {
          const frames = byThread[thread]!.toSorted((a, b) => a - b);
          const lines = frames.map((frame, i) => ({ step, frame, thread, text: `${step}.${frame}.${thread}.${i}` }));
          expected.push(...lines);
          const isLast = step === steps.length - 1;
          const answers = isLast ? [lines.slice(0, 2), lines.slice(2, 2), lines.slice(2, 3), lines.slice(3)] : [lines];
          return answers.map((answer, i): Told => ({ lines: gathered(answer), step, isOpen: isLast && i + 1 < answers.length }));
        }),
      );
      expected.sort((a, b) => a.step - b.step || a.frame - b.frame || a.thread - b.thread);

      let out = '';
      const taken: number[] = new Array<number>(threads).fill(0);
      const merge = new LineMerge(
        threads,
        (bytes, start, end) => void (out += Buffer.from(bytes.subarray(start, end)).toString()),
        (thread) => void taken[thread]!++,
      );
      const answers = told.map(({ length }) => length);
      while (told.some((left) => left.length > 0)) {
        const busy = told.flatMap((left, thread) => (left.length > 0 ? [thread] : []));
        const thread = busy[choices.next().value! % busy.length]!;
        const { lines, step, isOpen } = told[thread]!.shift()!;
        merge.add(thread, step, lines, isOpen);
        if (told[thread]!.length === 0) merge.end(thread);
      }
      expect(out).toBe(expected.map(({ text }) => `${text}\n`).join(''));
      expect(merge.lines).toBe(expected.length);
      expect(taken).toEqual(answers);
    }),
  );
});

test('all_lines_of_a_piece_have_gone_out_once_every_thread_has_answered_it', () => {
  let out = '';
  const taken: number[] = [];
  const merge = new LineMerge(
    2,
    (bytes, start, end) => void (out += Buffer.from(bytes.subarray(start, end)).toString()),
    (thread) => void taken.push(thread),
  );
  merge.add(1, 0, gathered([{ frame: 5, text: 'b' }]), false);
  expect(taken).toEqual([]);
  merge.add(0, 0, gathered([{ frame: 2, text: 'a' }]), false);
  expect([out, taken]).toEqual(['a\nb\n', [0, 1]]);
});

function gathered(lines: readonly { frame: number; text: string }[]): PlacedLines {
  const batch = new LineBatch();
  for (const { frame, text } of lines) batch.add(text, { frame, first: 0, second: 0, third: 0 });
  return { count: batch.count, ...batch.takeRoom()! };
}
