/** On `dlq.replays.v1`: these letters were sent again to where they came from. */
export interface LetterReplay {
  /** Of the letters: `dlq.<group>.v1`. */
  readonly topic: string;
  /** First and last of each run. */
  readonly offsets: readonly (readonly [number, number])[];
}

/** Undefined for what is none. */
export function letterReplayOf(value: Uint8Array): LetterReplay | undefined {
  try {
    const { topic, offsets } = JSON.parse(new TextDecoder().decode(value)) as Partial<LetterReplay>;
    const isRange = (range: unknown) => Array.isArray(range) && range.length === 2 && range.every(Number.isSafeInteger);
    return typeof topic === 'string' && Array.isArray(offsets) && offsets.every(isRange) ? { topic, offsets } : undefined;
  } catch {
    return undefined;
  }
}
