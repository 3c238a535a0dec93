import { readConversations } from '@orbweaver/protocols/sdk/conformance/conversations.ts';
import { framesOf } from '../relations/analysis.ts';
import { ownCaptures } from '../relations/captures.ts';
import { usualOptions, type FuzzInput } from './input.ts';
import { framesOfTalks, talkOf, type Talk } from './talk.ts';

/** Frames of a capture that one seed has, and bytes of a capture that is looked at. */
const frameLimit = 120;
const captureLimit = 600_000;

/** What mutation begins with: the beginnings of our own captures, and each conversation in them by itself. */
export function seeds(): FuzzInput[] {
  return ownCaptures.flatMap(({ read }) => {
    const bytes = read();
    const inputs: FuzzInput[] = [
      { talks: undefined, frames: framesOf(bytes).slice(0, frameLimit), file: undefined, options: usualOptions },
    ];
    if (bytes.length > captureLimit) return inputs;
    for (const talk of readConversations(bytes).map(talkOf)) if (talk.sayings.length > 0) inputs.push(inputOf([talk]));
    return inputs;
  });
}

export function inputOf(talks: readonly Talk[]): FuzzInput {
  return { talks, frames: framesOfTalks(talks), file: undefined, options: usualOptions };
}
