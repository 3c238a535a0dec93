import type { Side } from '../analyzer.ts';
import type { Random } from './random.ts';
import type { DataStep, Step } from './conversations.ts';

/** Bytes that the runs over one conversation may read together; a longer conversation is cut at fewer places. */
const workLimit = 1 << 20;

export function byteCount(steps: readonly Step[]): number {
  return steps.reduce((sum, step) => sum + (step.kind === 'data' ? step.bytes.length : 0), 0);
}

/**
 * Where to cut: at every byte, as long as the runs stay within the limit; of a longer conversation at the first bytes, at both
 * sides of each segment's end, and evenly between.
 */
export function cutPositions(steps: readonly Step[]): number[] {
  const total = byteCount(steps);
  const stride = Math.ceil((total * total) / 2 / workLimit);
  if (stride <= 1) return Array.from({ length: total }, (_, at) => at);
  const positions = new Set<number>();
  for (let at = 0; at < total; at += at < 256 ? 1 : stride * 2) positions.add(at);
  let end = 0;
  const edge = Math.max(1, Math.ceil((steps.length * total) / workLimit));
  steps.forEach((step, i) => {
    if (step.kind !== 'data') return;
    end += step.bytes.length;
    if (i % edge === 0) for (const at of [end - 1, end, end + 1]) positions.add(at);
  });
  return [...positions].filter((at) => at >= 0 && at < total).sort((a, b) => a - b);
}

/** The steps up to `position` bytes of both sides together, and nothing after. */
export function cutAt(steps: readonly Step[], position: number): Step[] {
  const kept: Step[] = [];
  let left = position;
  for (const step of steps) {
    if (step.kind !== 'data' || step.bytes.length <= left) {
      kept.push(step);
      if (step.kind === 'data') left -= step.bytes.length;
      continue;
    }
    if (left > 0) kept.push({ ...step, bytes: step.bytes.subarray(0, left) });
    break;
  }
  return kept;
}

/** Each segment cut into pieces that `nextLength` chooses; a piece keeps its packet's time. */
export function sliced(steps: readonly Step[], nextLength: () => number): Step[] {
  return steps.flatMap((step): Step[] => {
    if (step.kind !== 'data') return [step];
    const pieces: Step[] = [];
    for (let at = 0; at < step.bytes.length;) {
      const end = Math.min(step.bytes.length, at + nextLength());
      pieces.push({ ...step, bytes: step.bytes.subarray(at, end) });
      at = end;
    }
    return pieces;
  });
}

/** What a side sent in one go as one segment, with the time of its last packet. */
export function merged(steps: readonly Step[]): Step[] {
  const runs: Step[] = [];
  for (const step of steps) {
    const last = runs.at(-1);
    if (step.kind === 'data' && last?.kind === 'data' && last.side === step.side) {
      runs[runs.length - 1] = { ...step, bytes: Buffer.concat([last.bytes, step.bytes]) };
    } else runs.push(step);
  }
  return runs;
}

/** Without the first `position` bytes of both sides together: the capture began late. */
export function cutBefore(steps: readonly Step[], position: number): Step[] {
  let left = position;
  return steps.flatMap((step): Step[] => {
    if (step.kind !== 'data') return left > 0 ? [] : [step];
    const dropped = Math.min(left, step.bytes.length);
    left -= dropped;
    return dropped === step.bytes.length ? [] : [{ ...step, bytes: step.bytes.subarray(dropped) }];
  });
}

/** One segment, or a part of it, lost. */
export function withHole(steps: readonly Step[], random: Random): Step[] {
  const at = steps.findIndex((step, i) => step.kind === 'data' && i >= random.below(steps.length));
  const step = steps[at];
  if (step?.kind !== 'data') return [...steps];
  const from = random.below(step.bytes.length);
  const length = 1 + random.below(step.bytes.length - from);
  const { seconds, nanos, side } = step;
  return [
    ...steps.slice(0, at),
    ...part(step, 0, from),
    { kind: 'gap', seconds, nanos, side, length },
    ...part(step, from + length, step.bytes.length),
    ...steps.slice(at + 1),
  ];
}

const part = (step: DataStep, from: number, to: number): Step[] => (to > from ? [{ ...step, bytes: step.bytes.subarray(from, to) }] : []);

/** The steps with one to four faults: bytes changed, lost, doubled, put in. */
export function mutated(steps: readonly Step[], random: Random): Step[] {
  const changed = [...steps];
  for (let faults = 1 + random.below(4); faults > 0; faults--) {
    const at = random.below(changed.length);
    const step = changed[at];
    if (step?.kind === 'data') changed[at] = { ...step, bytes: mutatedBytes(step.bytes, random) };
  }
  return changed;
}

const telling = [0, 1, 0x0a, 0x0d, 0x20, 0x3f, 0x40, 0x7f, 0x80, 0xc0, 0xfe, 0xff];

function mutatedBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length + 1);
  const length = 1 + random.below(random.below(4) === 0 ? 64 : 3);
  const before = bytes.subarray(0, at);
  switch (random.below(5)) {
    case 0:
      return Buffer.concat([before, bytes.subarray(at + length)]);
    case 1:
      return Buffer.concat([before, bytes.subarray(at, at + length), bytes.subarray(at)]);
    case 2:
      return Buffer.concat([before, random.bytes(length), bytes.subarray(at)]);
    case 3:
      return Buffer.concat([before, random.bytes(length), bytes.subarray(at + length)]);
    default:
      return Buffer.concat([before, Uint8Array.of(telling[random.below(telling.length)]!), bytes.subarray(at + 1)]);
  }
}

/** Both sides in turn, in pieces of random bytes. */
export function noise(random: Random): Step[] {
  return Array.from({ length: 1 + random.below(6) }, (_, i) => ({
    kind: 'data',
    seconds: 1_767_225_600 + i,
    nanos: 0,
    side: (i & 1) as Side,
    bytes: random.bytes(random.below(600)),
  }));
}
