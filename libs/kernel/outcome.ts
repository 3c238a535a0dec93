/**
 * What a step on the packet path has to say. A small number: throwing costs microseconds, and a flood of malformed packets
 * must not be a weapon.
 *
 * The value is also a promise about the input:
 * - `ok`: one unit was read; the cursor stands behind it.
 * - `needMore`: nothing was consumed; call again with the same bytes and more.
 * - `invalid`: the bytes are not what they claim to be; the position is undefined and the caller gives this unit up.
 * - `ignored`: well formed, but not for us; the cursor stands behind it.
 * - `endOfStream`: there is nothing more to read and nothing is half read.
 */
export const Outcome = {
  ok: 0,
  needMore: 1,
  invalid: 2,
  ignored: 3,
  endOfStream: 4,
} as const;

export type Outcome = (typeof Outcome)[keyof typeof Outcome];
