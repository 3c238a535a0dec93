/** The whole of the buffer that was read from last, as Node's native methods take it: making such a view costs more than most texts. */
let view: Buffer<ArrayBufferLike> = Buffer.alloc(0);

function viewOf(bytes: Uint8Array): Buffer<ArrayBufferLike> {
  if (view.buffer !== bytes.buffer) view = Buffer.from(bytes.buffer);
  return view;
}

/**
 * The parts as one text in one piece. What `+` or a template puts together, and what `slice` cuts out, is to V8 a tree that points to the parts:
 * `JSON.stringify` takes three times as long over a record that has a single one of them.
 */
export function joined(...parts: readonly string[]): string {
  return parts.join('');
}

/** The same text in one piece; see `joined`. */
export function flat(text: string): string {
  return cut(text, 0, text.length);
}

/** As `slice`, in one piece; see `joined`. */
export function cut(text: string, start: number, end: number): string {
  return end - start < shortestTree ? text.slice(start, end) : joined(text.slice(start, start + 1), text.slice(start + 1, end));
}

/** Shorter texts are in one piece, however they are made. */
const shortestTree = 13;

/** `[start, end)` as text, a character a byte. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  return viewOf(bytes).toString('latin1', bytes.byteOffset + start, bytes.byteOffset + end);
}

/** Lower-case hexadecimal digits, two a byte. */
export function hexText(bytes: Uint8Array, start: number, end: number): string {
  return viewOf(bytes).toString('hex', bytes.byteOffset + start, bytes.byteOffset + end);
}
