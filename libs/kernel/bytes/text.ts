/** The whole of the buffer that was read from last, as Node's native methods take it: making such a view costs more than most texts. */
let view: Buffer<ArrayBufferLike> = Buffer.alloc(0);

function viewOf(bytes: Uint8Array): Buffer<ArrayBufferLike> {
  if (view.buffer !== bytes.buffer) view = Buffer.from(bytes.buffer);
  return view;
}

/** `[start, end)` as text, a character a byte. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  return viewOf(bytes).toString('latin1', bytes.byteOffset + start, bytes.byteOffset + end);
}

/** Lower-case hexadecimal digits, two a byte. */
export function hexText(bytes: Uint8Array, start: number, end: number): string {
  return viewOf(bytes).toString('hex', bytes.byteOffset + start, bytes.byteOffset + end);
}
