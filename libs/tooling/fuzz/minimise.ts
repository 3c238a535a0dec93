import type { OwnFrame } from '../relations/analysis.ts';
import type { FuzzInput } from './input.ts';
import { faultOf, type Fault } from './properties.ts';

/** Analyses that one input may cost. */
const attempts = 600;

/** The same fault with less: frames left out, then the file's bytes. */
export function minimised(input: FuzzInput, fault: Fault): FuzzInput {
  const isSame = attemptsOf(fault);
  return input.file === undefined ? withFewerFrames(input, isSame) : withFewerBytes(input, input.file, isSame);
}

type Same = (input: FuzzInput) => boolean;

function attemptsOf(fault: Fault): Same {
  let left = attempts;
  return (input) => left-- > 0 && faultOf(input)?.property === fault.property;
}

/** Halves, quarters ... of the frames are left out as long as the fault stays. */
function withFewerFrames(input: FuzzInput, isSame: Same): FuzzInput {
  let frames: readonly OwnFrame[] = input.frames;
  for (let size = Math.ceil(frames.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < frames.length;) {
      const fewer = [...frames.slice(0, at), ...frames.slice(at + size)];
      if (fewer.length > 0 && isSame({ ...input, talks: undefined, frames: fewer })) frames = fewer;
      else at += size;
    }
  }
  return { ...input, talks: undefined, frames };
}

function withFewerBytes(input: FuzzInput, whole: Uint8Array, isSame: Same): FuzzInput {
  let file = whole;
  for (let size = file.length >> 1; size >= 1; size >>= 1) {
    for (let at = 0; at < file.length;) {
      const fewer = Buffer.concat([file.subarray(0, at), file.subarray(at + size)]);
      if (isSame({ ...input, file: fewer })) file = fewer;
      else at += size;
    }
  }
  return { ...input, file };
}
