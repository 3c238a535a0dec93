/** What comparing a beginning gave. */
export const Match = {
  no: -1,
  /** As far as there are bytes, they agree. */
  partly: 0,
  yes: 1,
} as const;

export type Match = (typeof Match)[keyof typeof Match];

/** Whether `text` (ASCII) stands at `at`. With `ignoreCase`, `text` is given in lower case. */
export function matchText(bytes: Uint8Array, at: number, end: number, text: string, ignoreCase = false): Match {
  const length = Math.min(text.length, end - at);
  for (let i = 0; i < length; i++) {
    let byte = bytes[at + i]!;
    if (ignoreCase && byte >= 0x41 && byte <= 0x5a) byte |= 0x20;
    if (byte !== text.charCodeAt(i)) return Match.no;
  }
  return length === text.length ? Match.yes : Match.partly;
}

/** The best of `matchText` over several texts. */
export function matchAny(bytes: Uint8Array, at: number, end: number, texts: readonly string[], ignoreCase = false): Match {
  let best: Match = Match.no;
  for (const text of texts) {
    const match = matchText(bytes, at, end, text, ignoreCase);
    if (match === Match.yes) return match;
    if (match > best) best = match;
  }
  return best;
}

/** Position of the LF that ends the line at `at`, or -1. */
export function lineEnd(bytes: Uint8Array, at: number, end: number): number {
  const lf = bytes.indexOf(0x0a, at);
  return lf >= 0 && lf < end ? lf : -1;
}

/** Whether `text` (lower case) stands anywhere in `[at, end)`, whatever its case. */
export function includesText(bytes: Uint8Array, at: number, end: number, text: string): boolean {
  for (let i = at; i + text.length <= end; i++) if (matchText(bytes, i, end, text, true) === Match.yes) return true;
  return false;
}

/** True for a run of printable ASCII, blanks and tabs. */
export function isPrintable(bytes: Uint8Array, at: number, end: number): boolean {
  for (let i = at; i < end; i++) {
    const byte = bytes[i]!;
    if ((byte < 0x20 && byte !== 0x09) || byte > 0x7e) return false;
  }
  return true;
}
