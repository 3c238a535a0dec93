import { Tag } from './der.ts';

/** Characters of one string that are kept: RFC 5280 allows none longer than 32,768, and sensible ones stay below 200. */
export const maximumStringLength = 1024;

const utf8 = new TextDecoder('utf-8');

/** The text of a string element's contents, by its tag, or undefined if the tag is no string's. Cut to `maximumStringLength`. */
export function derString(bytes: Uint8Array, tag: number, start: number, end: number): string | undefined {
  switch (tag) {
    case Tag.utf8String: {
      const text = utf8.decode(bytes.subarray(start, Math.min(end, start + 4 * maximumStringLength)));
      return text.length > maximumStringLength ? text.slice(0, maximumStringLength) : text;
    }
    case Tag.numericString:
    case Tag.printableString:
    case Tag.teletexString: // In practice Latin-1, whatever T.61 says
    case Tag.ia5String:
    case Tag.visibleString:
      return wideString(bytes, start, end, 1);
    case Tag.bmpString:
      return wideString(bytes, start, end, 2);
    case Tag.universalString:
      return wideString(bytes, start, end, 4);
    default:
      return undefined;
  }
}

/** Characters of a fixed width, big-endian. */
export function wideString(bytes: Uint8Array, start: number, end: number, width: 1 | 2 | 4): string {
  let text = '';
  for (let at = start; at + width <= end && text.length < maximumStringLength; at += width) {
    let code = 0;
    for (let i = 0; i < width; i++) code = code * 256 + bytes[at + i]!;
    text += code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code);
  }
  return text.isWellFormed() ? text : text.toWellFormed();
}
