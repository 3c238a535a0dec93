/** More is not reindented: it would take too long to be worth it. In characters. */
const prettyLimit = 2_000_000;
const strict = new TextDecoder('utf-8', { fatal: true });
/** Control characters that no text has. */
// eslint-disable-next-line no-control-regex
const binary = /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/;

/** Bytes as text, JSON indented; undefined if they are no UTF-8 text. */
export function readableText(bytes: Uint8Array, mimeType: string): string | undefined {
  let text: string;
  try {
    text = strict.decode(bytes);
  } catch {
    return undefined;
  }
  if (binary.test(text)) return undefined;
  return looksLikeJson(text, mimeType) ? indented(text) : text;
}

function looksLikeJson(text: string, mimeType: string): boolean {
  return text.length <= prettyLimit && (/[/+]json\b/i.test(mimeType) || /^\s*[{[]/.test(text));
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
