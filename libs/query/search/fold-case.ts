/**
 * Lower case, a character for a character and whatever stands beside it, as SQL's `lower` does: `İ` is `i`, a final sigma a sigma like any other, so
 * that both stores find the same.
 */
export function foldCase(text: string): string {
  if (ascii.test(text)) return text.toLowerCase();
  let folded = '';
  for (const char of text) {
    const lower = char.toLowerCase();
    folded += lower.length === char.length ? lower : char === 'İ' ? 'i' : char;
  }
  return folded;
}

// eslint-disable-next-line no-control-regex -- all of ASCII, control characters too
const ascii = /^[\x00-\x7f]*$/;
