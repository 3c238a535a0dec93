import type { Random } from '@orbweaver/protocols/sdk/conformance/random.ts';
import { fileOf, usualOptions, type FuzzInput, type InputOptions } from './input.ts';
import { mutatedBytes } from './mutate-bytes.ts';
import { mutatedFrames } from './mutate-frames.ts';
import { mutatedTalk } from './mutate-talk.ts';
import { framesOfTalks } from './talk.ts';

/** Bytes of a capture file. */
const fileLimit = 400_000;

/** An input with faults: mostly in what is said, else in packets, seldom in the file. `other` lends parts. */
export function mutated(input: FuzzInput, random: Random, other: FuzzInput): FuzzInput {
  const options = random.below(4) === 0 ? someOptions(random) : usualOptions;
  const chance = random.below(20);
  if (input.file !== undefined || chance === 0) return { talks: undefined, frames: [], file: mutatedFile(input, random), options };
  const talks = input.talks;
  if (talks === undefined || chance < 4) {
    return { talks: undefined, frames: mutatedFrames(input.frames, random, other.frames), file: undefined, options };
  }
  const changed = talks.map((talk) => mutatedTalk(talk, random, other.talks ?? talks));
  const frames = framesOfTalks(changed);
  if (chance > 6) return { talks: changed, frames, file: undefined, options };
  return { talks: undefined, frames: mutatedFrames(frames, random, other.frames), file: undefined, options };
}

function mutatedFile(input: FuzzInput, random: Random): Uint8Array {
  let file = fileOf(input);
  for (let faults = 1 + random.below(6); faults > 0; faults--) file = mutatedBytes(file, random, [], fileLimit);
  return file;
}

function someOptions(random: Random): InputOptions {
  const yes = (): boolean => random.below(2) === 0;
  return {
    hashes: yes(),
    verifyChecksums: random.below(4) === 0,
    flowKeyVlan: yes(),
    keepContent: yes(),
    flowLimit: [1, 2, 5, 1000][random.below(4)]!,
    reassemblyLimit: [0, 100, 5000, 1 << 20][random.below(4)]!,
    activeTimeout: [0, 0, 1, 2][random.below(4)]!,
  };
}
