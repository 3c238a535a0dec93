import { isUtf8 } from 'node:buffer';
import { latin1 } from '@orbweaver/kernel/bytes/text.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const DELETE = 0x7f;

/**
 * `[start, end)` as the inside of a quoted string of a zone file (RFC 1035, section 5.1): quotes and backslashes behind a backslash,
 * what is not printable as `\DDD`. Valid UTF-8 stays readable.
 */
export function escapedText(bytes: Uint8Array, start: number, end: number): string {
  if (isPlain(bytes, start, end)) return latin1(bytes, start, end);
  const slice = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
  const readable = isUtf8(slice);
  let text = '';
  for (const character of readable ? slice.toString('utf8') : slice.toString('latin1')) {
    const code = character.charCodeAt(0);
    if (code === QUOTE || code === BACKSLASH) text += `\\${character}`;
    else if (code < 0x20 || code === DELETE || (!readable && code >= 0x80)) text += `\\${String(code).padStart(3, '0')}`;
    else text += character;
  }
  return text;
}

function isPlain(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const octet = bytes[at]!;
    if (octet < 0x20 || octet >= DELETE || octet === QUOTE || octet === BACKSLASH) return false;
  }
  return true;
}
