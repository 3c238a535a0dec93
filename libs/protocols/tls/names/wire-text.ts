import { latin1 } from '@orbweaver/kernel/bytes/text.ts';

const hexDigits = '0123456789abcdef';

/** Text from the wire that ought to be ASCII: printable bytes as they are, others as `\xNN`. */
export function asciiText(bytes: Uint8Array, start: number, end: number): string {
  for (let at = start; at < end; at++) if (!isPrintable(bytes[at]!)) return escapedText(bytes, start, end);
  return latin1(bytes, start, end);
}

function escapedText(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) text += isPrintable(bytes[at]!) ? String.fromCharCode(bytes[at]!) : `\\x${hexByte(bytes[at]!)}`;
  return text;
}

function isPrintable(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f;
}

export function hexByte(byte: number): string {
  return hexDigits[byte >> 4]! + hexDigits[byte & 15]!;
}

const hexPairs = Array.from({ length: 256 }, (_, byte) => hexByte(byte));

/** A 16-bit code as four lower-case hexadecimal digits. */
export function hexWord(code: number): string {
  return hexPairs[code >> 8]! + hexPairs[code & 0xff]!;
}
