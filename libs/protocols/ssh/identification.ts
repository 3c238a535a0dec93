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
  #length = 0;
  #read = 0;

  /** Returns the offset behind what was used: the end, or where packets begin. */
  push(bytes: Uint8Array, start: number, end: number): number {
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!;
      if (byte !== lineFeed) {
        if (this.#length++ < lineLimit) this.#line += String.fromCharCode(byte);
        continue;
      }
      this.identification = parse(this.#line);
      this.#line = '';
      this.#length = 0;
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
  const rest = printable(line.endsWith('\r') ? line.slice(dash + 1, -1) : line.slice(dash + 1));
  const blank = rest.indexOf(' ');
  if (blank < 0) return { version, software: rest, comments: undefined };
  return { version, software: rest.slice(0, blank), comments: rest.slice(blank + 1) };
}

/** US-ASCII without control characters, by the RFC; what is not stands as `\xNN`. */
function printable(text: string): string {
  let out = '';
  for (const character of text) {
    const code = character.charCodeAt(0);
    out += code >= 0x20 && code < 0x7f ? character : `\\x${code.toString(16).padStart(2, '0')}`;
  }
  return out;
}
