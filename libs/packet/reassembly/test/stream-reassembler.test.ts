import { Instant } from '@orbweaver/kernel/instant.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReassemblyBudget, StreamReassembler, waitingBytesLimit, type StreamConsumer } from '../stream-reassembler.ts';

/** Writes down what it is given: text, with `<n>` for a hole of n bytes. */
class Notes implements StreamConsumer {
  text = '';
  bytes = 0;

  data(_side: number, bytes: Uint8Array, start: number, end: number): void {
    this.bytes += end - start;
    if (this.bytes < 10_000) this.text += Buffer.from(bytes.subarray(start, end)).toString('latin1');
  }

  gap(_side: number, length: number): void {
    this.text += `<${length}>`;
  }
}

function make(next = 0): {
  notes: Notes;
  stream: StreamReassembler;
  budget: ReassemblyBudget;
  send: (at: number, text: string) => void;
} {
  const notes = new Notes();
  const budget = new ReassemblyBudget();
  const stream = new StreamReassembler(0, next, notes, budget);
  const send = (at: number, text: string): void => {
    // The bytes stand in the middle of a packet, and the packet is gone afterwards.
    const packet = Buffer.from(`##${text}##`, 'latin1');
    stream.segment((next + at) >>> 0, packet, 2, packet.length - 2);
    packet.fill(0x58);
  };
  return { notes, stream, budget, send };
}

describe('a stream', () => {
  it('in_order_is_handed_on_where_it_lies', () => {
    const { notes, send } = make();
    send(0, 'GET ');
    send(4, '/');
    expect(notes.text).toBe('GET /');
  });

  it('waits_for_what_comes_late', () => {
    const { notes, send, stream, budget } = make();
    send(3, 'de');
    send(5, 'f');
    expect([stream.lacks(0, 3), stream.lacks(3, 6), stream.lacks(5, 7)]).toEqual([true, false, true]);
    send(0, 'abc');
    expect(stream.lacks(0, 6)).toBe(false);
    expect(notes.text).toBe('abcdef');
    expect(budget.waiting).toBe(0);
  });

  it('takes_nothing_twice', () => {
    const { notes, send } = make();
    send(0, 'abc');
    for (const [at, text] of [
      [0, 'abc'],
      [1, 'b'],
      [2, 'cd'],
    ] as const)
      send(at, text);
    expect(notes.text).toBe('abcd');
  });

  it('keeps_the_content_that_came_first_and_counts_the_conflict', () => {
    const { notes, send, stream, budget } = make();
    send(2, 'CD');
    send(1, 'bxyE');
    send(0, 'a');
    expect(notes.text).toBe('abCDE');
    expect([stream.conflicts, budget.conflicts]).toEqual([1, 1]);
  });

  it('fills_several_holes_with_one_segment', () => {
    const { notes, send } = make();
    send(1, 'b');
    send(3, 'd');
    send(5, 'f');
    send(0, 'a?c?e?g');
    expect(notes.text).toBe('abcdefg');
  });

  it('gives_up_a_hole_that_the_peer_acknowledged', () => {
    const { notes, send, stream } = make();
    send(0, 'ab');
    send(5, 'fg');
    send(9, 'jk');
    stream.acknowledged(6);
    expect(notes.text).toBe('ab<3>fg');
    stream.acknowledged(13);
    expect(notes.text).toBe('ab<3>fg<2>jk<2>');
    expect([stream.holes, stream.missed]).toEqual([3, 7]);
  });

  it('takes_no_old_acknowledgment_for_a_hole', () => {
    const { notes, send, stream } = make(1000);
    send(0, 'abc');
    stream.acknowledged(1001);
    stream.acknowledged(0);
    expect(notes.text).toBe('abc');
  });

  it('gives_up_holes_at_its_end', () => {
    const { notes, send, stream, budget } = make();
    send(2, 'c');
    send(4, 'e');
    stream.flush();
    expect(notes.text).toBe('<2>c<1>e');
    expect(budget.waiting).toBe(0);
  });

  it('holds_no_more_than_its_limit', () => {
    const { stream, budget } = make();
    const part = new Uint8Array(60_000);
    for (let at = 1; at < 3 * waitingBytesLimit; at += 120_000) {
      stream.segment(at, part, 0, part.length);
      expect(budget.waiting).toBeLessThanOrEqual(waitingBytesLimit);
    }
    expect(budget.forced).toBeGreaterThan(0);
  });

  it('shares_a_limit_with_the_others', () => {
    const budget = new ReassemblyBudget(1000);
    const notes = [new Notes(), new Notes()];
    const streams = notes.map((note, side) => new StreamReassembler(side, 0, note, budget));
    streams[0]!.segment(10, new Uint8Array(900), 0, 900);
    streams[1]!.segment(10, new Uint8Array(200), 0, 200);
    expect(notes.map((note) => note.bytes)).toEqual([0, 200]);
    expect(budget.waiting).toBe(900);
  });

  it('leaves_out_what_lies_beyond_any_window', () => {
    const { notes, send, budget } = make();
    send(2 ** 30 + 5, 'x');
    send(0, 'a');
    expect([notes.text, budget.outside]).toEqual(['a', 1]);
  });

  it('that_nobody_wants_holds_no_bytes_and_still_knows_its_holes', () => {
    const { notes, stream, send, budget } = make();
    stream.wanted = false;
    send(4, 'efg');
    expect(budget.waiting).toBe(0);
    stream.acknowledged(7);
    expect([notes.text, stream.missed, stream.next]).toEqual(['', 4, 7]);
  });
});

/** Segments that together cover `[0, length)` at least once, in any order, overlapping anyhow. */
const transmission = fc.integer({ min: 1, max: 300 }).chain((length) => {
  const piece = fc.tuple(fc.integer({ min: 0, max: length - 1 }), fc.integer({ min: 1, max: 60 }));
  return fc.record({
    length: fc.constant(length),
    cuts: fc.uniqueArray(fc.integer({ min: 1, max: length })),
    extra: fc.array(piece, { maxLength: 20 }),
    order: fc.infiniteStream(fc.nat()),
  });
});

const contentOf = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 5)) & 0xff);

describe('whatever the network does', () => {
  it('the_stream_is_what_was_sent', () => {
    fc.assert(
      fc.property(transmission, fc.integer({ min: 0, max: 0xffffffff }), ({ length, cuts, extra, order }, start) => {
        const content = contentOf(length);
        const pieces: [number, number][] = [];
        let from = 0;
        for (const cut of [...cuts.sort((a, b) => a - b), length]) {
          if (cut > from) pieces.push([from, cut]);
          from = cut;
        }
        for (const [at, size] of extra) pieces.push([at, Math.min(length, at + size)]);
        const received: number[] = [];
        const budget = new ReassemblyBudget();
        const stream = new StreamReassembler(
          0,
          start,
          { data: (_, bytes, a, b) => received.push(...bytes.subarray(a, b)), gap: () => expect.unreachable('nothing is missing') },
          budget,
        );
        for (const pick of order) {
          if (pieces.length === 0) break;
          const [[a, b]] = pieces.splice(pick % pieces.length, 1) as [[number, number]];
          stream.segment((start + a) >>> 0, content, a, b);
        }
        expect(received).toEqual([...content]);
        expect([budget.waiting, budget.conflicts, stream.isWaiting]).toEqual([0, 0, false]);
        expect(stream.next).toBe((start + length) >>> 0);
      }),
      { numRuns: 300 },
    );
  });

  it('what_is_lost_becomes_holes_of_the_right_size_at_the_right_place', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ size: fc.integer({ min: 1, max: 40 }), isLost: fc.boolean(), swap: fc.boolean() }), {
          minLength: 1,
          maxLength: 30,
        }),
        fc.integer({ min: 0, max: 0xffffffff }),
        (parts, start) => {
          const total = parts.reduce((sum, part) => sum + part.size, 0);
          const content = contentOf(total);
          const received: (number | undefined)[] = [];
          const stream = new StreamReassembler(
            0,
            start,
            {
              data: (_, bytes, a, b) => received.push(...bytes.subarray(a, b)),
              gap: (_, length) => received.push(...new Array<undefined>(length)),
            },
            new ReassemblyBudget(),
          );
          let at = 0;
          const sent: [number, number][] = [];
          const expected: (number | undefined)[] = [];
          for (const { size, isLost, swap } of parts) {
            if (!isLost) sent.splice(swap && sent.length > 0 ? sent.length - 1 : sent.length, 0, [at, at + size]);
            for (let i = at; i < at + size; i++) expected.push(isLost ? undefined : content[i]);
            at += size;
          }
          for (const [a, b] of sent) stream.segment((start + a) >>> 0, content, a, b);
          stream.acknowledged((start + total) >>> 0);
          expect(received).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('what_packets_had_is_seen_as_far_as_nothing_lacks_before_it', () => {
    const start = 0xfffffff0;
    const at = (offset: number): number => (start + offset) >>> 0;
    const told: string[] = [];
    const stream = new StreamReassembler(
      0,
      start,
      { data: (_, _bytes, a, b) => told.push(`${b - a}`), gap: (_, length) => told.push(`(${length})`) },
      new ReassemblyBudget(),
    );
    const content = contentOf(100);
    stream.segment(at(0), content, 0, 10);
    expect(stream.seen).toBe(at(10));
    // Two packets of 20 bytes, of which 10 were captured; behind them one that came before what nobody has.
    stream.cutOff(at(10), at(20));
    stream.segment(at(20), content, 20, 30);
    stream.cutOff(at(30), at(40));
    expect([stream.next, stream.seen]).toEqual([at(10), at(40)]);
    stream.segment(at(50), content, 50, 60);
    stream.cutOff(at(60), at(70));
    expect(stream.seen).toBe(at(40));
    stream.cutOff(at(40), at(50));
    expect(stream.seen).toBe(at(60));
    stream.acknowledged(at(35));
    expect([stream.next, stream.seen]).toEqual([at(35), at(60)]);
    stream.acknowledged(at(60));
    expect([stream.next, stream.seen]).toEqual([at(60), at(60)]);
    expect(told).toEqual(['10', '(10)', '10', '(5)', '(15)', '10']);
  });
});

describe('a stream whose receiver is not heard', () => {
  /** Each segment comes at `clock`, and is noted with the second in which it is delivered. */
  function timed(): { told: string[]; stream: StreamReassembler; send: (clock: number, at: number, text: string) => void } {
    const time = { now: new Instant(), clock: 0 };
    const told: string[] = [];
    const consumer: StreamConsumer = {
      data: (_side, bytes, start, end) => void told.push(`${Buffer.from(bytes.subarray(start, end)).toString()} ${time.now.seconds}`),
      gap: (_side, length) => void told.push(`<${length}>`),
    };
    const stream = new StreamReassembler(0, 0, consumer, new ReassemblyBudget(undefined, time));
    const send = (clock: number, at: number, text: string): void => {
      time.clock = clock;
      time.now.set(100 + clock, 0);
      stream.segment(at, Buffer.from(text), 0, text.length);
    };
    return { told, stream, send };
  }

  it('gives_up_the_holes_that_are_old_and_tells_all_in_the_time_in_which_it_came', () => {
    const { told, stream, send } = timed();
    send(1, 1, 'b');
    send(2, 2, 'c');
    send(3, 5, 'f');
    send(6, 6, 'g');
    send(6, 9, 'j');
    stream.giveUpBefore(1);
    expect(told).toEqual([]);
    stream.giveUpBefore(4);
    // What follows on comes with it, however young; the younger hole waits.
    expect(told).toEqual(['<1>', 'b 101', 'c 102', '<2>', 'f 103', 'g 106']);
    expect([stream.next, stream.holes, stream.missed, stream.isWaiting]).toEqual([7, 2, 3, true]);
  });

  it('waits_on_while_the_first_hole_is_being_filled', () => {
    const { told, stream, send } = timed();
    send(1, 4, 'e');
    send(5, 0, 'a');
    stream.giveUpBefore(4);
    expect(told).toEqual(['a 105']);
    stream.giveUpBefore(6);
    expect(told).toEqual(['a 105', '<3>', 'e 101']);
  });

  it('takes_of_what_comes_again_behind_a_hole_that_was_given_up_only_the_rest', () => {
    const { told, stream, send } = timed();
    send(1, 4, 'e');
    stream.giveUpBefore(2);
    send(9, 0, 'abcd');
    send(9, 3, 'def');
    expect(told).toEqual(['<4>', 'e 101', 'f 109']);
  });

  it('gives_up_no_hole_that_is_wider_than_a_window', () => {
    const { told, stream, send } = timed();
    send(1, waitingBytesLimit + 1, 'z');
    stream.giveUpBefore(9);
    expect(told).toEqual([]);
    send(9, 0, 'a');
    stream.giveUpBefore(19);
    expect(told).toEqual(['a 109', `<${waitingBytesLimit}>`, 'z 101']);
  });
});
