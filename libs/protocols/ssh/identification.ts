import { cut, latin1 } from '@orbweaver/kernel/bytes/text.ts';

/** What a side says first: `SSH-protoversion-softwareversion SP comments CR LF` (RFC 4253, section 4.2). */
export interface Identification {
  /** `2.0`, `1.99`, `1.5`. */
  readonly version: string;
  readonly software: string;
  readonly comments: string | undefined;
}

/** Octets of one line that are kept. The identification has at most 255 with its ending. */
export const lineLimit = 255;
/** Octets of other lines that a server may send before. */
const preludeLimit = 64 * 1024;

const lineFeed = 0x0a;

/** Gathers lines until one is an identification. */
export class IdentificationReader {
  identification: Identification | undefined;
  /** There is no identification to be found. */
  isLost = false;
  #line = '';
  #read = 0;

  /** Returns the offset behind what was used: the end, or where packets begin. */
  push(bytes: Uint8Array, start: number, end: number): number {
    for (let at = start; at < end; at++) {
      const begun = at;
      while (at < end && bytes[at] !== lineFeed) at++;
      this.#line += latin1(bytes, begun, Math.min(at, begun + lineLimit - this.#line.length));
      if (at === end) break;
      this.identification = parse(this.#line);
      this.#line = '';
      if (this.identification !== undefined) return at + 1;
    }
    this.#read += end - start;
    if (this.#read > preludeLimit) this.isLost = true;
    return end;
  }
}

function parse(line: string): Identification | undefined {
  if (!line.startsWith('SSH-')) return undefined;
  const dash = line.indexOf('-', 4);
  const version = line.slice(4, dash);
  if (dash < 0 || !/^\d{1,3}\.\d{1,3}$/.test(version)) return undefined;
  const end = line.endsWith('\r') ? line.length - 1 : line.length;
  const rest = printable(cut(line, dash + 1, end));
  const blank = rest.indexOf(' ');
  if (blank < 0) return { version, software: rest, comments: undefined };
  return { version, software: cut(rest, 0, blank), comments: cut(rest, blank + 1, rest.length) };
}

/** US-ASCII without control characters, by the RFC; what is not stands as `\xNN`. */
function printable(text: string): string {
  let at = 0;
  while (at < text.length && isPrintable(text.charCodeAt(at))) at++;
  if (at === text.length) return text;
  let out = '';
  for (const character of text) {
    const code = character.charCodeAt(0);
    out += isPrintable(code) ? character : `\\x${code.toString(16).padStart(2, '0')}`;
  }
  return out;
}

const isPrintable = (code: number): boolean => code >= 0x20 && code < 0x7f;
