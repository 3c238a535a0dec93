/** How far bytes agree with a text. */
export const Match = { no: 0, /** They end before they differ. */ partly: 1, yes: 2 } as const;
export type Match = (typeof Match)[keyof typeof Match];

/** Compares the bytes from `start` with an ASCII text, letters in either case if `text` is in upper case and `fold` is set. */
export function matchText(bytes: Uint8Array, start: number, end: number, text: string, fold = false): Match {
  const length = Math.min(text.length, end - start);
  for (let i = 0; i < length; i++) {
    let byte = bytes[start + i]!;
    if (fold && byte >= 0x61 && byte <= 0x7a) byte -= 0x20;
    if (byte !== text.charCodeAt(i)) return Match.no;
  }
  return length === text.length ? Match.yes : Match.partly;
}

/** The best of `matchText` over several texts. */
export function matchAny(bytes: Uint8Array, start: number, end: number, texts: readonly string[], fold = false): Match {
  let best: Match = Match.no;
  for (const text of texts) {
    const match = matchText(bytes, start, end, text, fold);
    if (match === Match.yes) return Match.yes;
    if (match > best) best = match;
  }
  return best;
}

/** Whether what `matchAny` finds among such texts may begin with an octet. */
export function firstOctets(texts: readonly string[], fold = false): (octet: number) => boolean {
  const firsts = texts.map((text) => text[0]).join('');
  return (octet) => firsts.includes(String.fromCharCode(fold && octet >= 0x61 && octet <= 0x7a ? octet - 0x20 : octet));
}

/** Offset of the first line feed in `[start, end)`, or -1. */
export function lineEnd(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at++) if (bytes[at] === 0x0a) return at;
  return -1;
}

/** Whether an ASCII text, letters in either case (`upper` is in upper case), stands anywhere in `[start, end)`. */
export function containsText(bytes: Uint8Array, start: number, end: number, upper: string): boolean {
  for (let at = start; at + upper.length <= end; at++) if (matchText(bytes, at, end, upper, true) === Match.yes) return true;
  return false;
}

/** Whether `[start, end)` is printable ASCII. */
export function isPrintable(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at]! < 0x20 || bytes[at]! > 0x7e) return false;
  return true;
}
