const hexDigits = '0123456789abcdef';

/** Text from the wire that ought to be ASCII: printable bytes as they are, others as `\xNN`. */
export function asciiText(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${hexByte(byte)}`;
  }
  return text;
}

export function hexByte(byte: number): string {
  return hexDigits[byte >> 4]! + hexDigits[byte & 15]!;
}

/** Lower-case hexadecimal digits, two a byte. */
export function hexText(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) text += hexByte(bytes[at]!);
  return text;
}

const hexPairs = Array.from({ length: 256 }, (_, byte) => hexByte(byte));

/** A 16-bit code as four lower-case hexadecimal digits. */
export function hexWord(code: number): string {
  return hexPairs[code >> 8]! + hexPairs[code & 0xff]!;
}
