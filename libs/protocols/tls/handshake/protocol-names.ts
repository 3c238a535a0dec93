import { isGrease } from '../names/code-names.ts';
import { asciiText } from '../names/wire-text.ts';
import type { Span } from './span.ts';

/** RFC 7301 §3.1: each name behind a length byte. GREASE names (two bytes alike, 0x?a) are left out. */
export function protocolNames(bytes: Uint8Array, list: Span): string[] {
  const found: string[] = [];
  for (let at = list.start; at >= 0 && at < list.end;) {
    const end = at + 1 + bytes[at]!;
    if (end > list.end) break;
    const grease = end - at === 3 && isGrease((bytes[at + 1]! << 8) | bytes[at + 2]!);
    if (end > at + 1 && !grease) found.push(asciiText(bytes, at + 1, end));
    at = end;
  }
  return found;
}
