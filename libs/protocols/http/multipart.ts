import { latin1 } from '@orbweaver/kernel/bytes/text.ts';
import { Octet, isBlank } from './characters.ts';
import { internHeader, HeaderId } from './header-names.ts';
import { mediaType, parameter, readable, trimBlanks } from './text.ts';

/** Parts that are told of one body; the reading ends with the last of them. */
export const partLimit = 64;
/** Octets of one part's header section; a longer one ends the reading. */
export const partHeadLimit = 8 * 1024;
/** Longest boundary (RFC 2046, section 5.1.1). */
export const boundaryLimit = 70;

export interface Part {
  name?: string;
  fileName?: string;
  mimeType?: string;
  /** Octets of its content. */
  bytes: number;
}

const State = { preamble: 0, head: 1, content: 2, closed: 3 } as const;

/**
 * Finds the parts of a `multipart` body while it passes: names, file names, types and sizes (RFC 2046, section 5.1; RFC 7578). Content is
 * not kept. A delimiter is a line of its own: line break, `--`, boundary.
 */
export class MultipartReader {
  readonly parts: Part[] = [];
  readonly #delimiter: Uint8Array;
  #state: number = State.preamble;
  /** Octets of the delimiter that have matched: 2 stand for its line break, which the beginning of the body need not have. */
  #matched = 2;
  /** Of the line break before a possible delimiter: 1 for LF alone, 2 for CR LF; belongs to the delimiter, not to the content. */
  #lineBreak = 0;
  /** True while the rest of a delimiter's line is read. */
  #inDelimiterLine = false;
  #dashes = 0;
  /** Octets since the line break before the delimiter: content after all if its line goes on with something else. */
  #pending = 0;
  #line = new Uint8Array(256);
  #lineLength = 0;
  #headLength = 0;

  constructor(boundary: string) {
    this.#delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  }

  append(bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    while (at < end && this.#state !== State.closed) {
      if (this.#inDelimiterLine) this.#readDelimiterLine(bytes[at++]!);
      else if (this.#state === State.head) this.#readHead(bytes[at++]!);
      else at = this.#readContent(bytes, at, end);
    }
  }

  /** The body ends here, whether or not a closing delimiter came. */
  end(): void {
    this.#giveBack();
    this.#state = State.closed;
  }

  #readContent(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    if (this.#matched === 0) {
      const next = nextLineBreak(bytes, at, end);
      this.#count(next - at);
      if (next === end) return end;
      at = next;
    }
    const octet = bytes[at]!;
    if (this.#matched === 0) {
      this.#matched = octet === Octet.cr ? 1 : 2;
      this.#lineBreak = 1;
      return at + 1;
    }
    if (octet === this.#delimiter[this.#matched]) {
      if (this.#matched === 1) this.#lineBreak = 2;
      this.#matched++;
      if (this.#matched === this.#delimiter.length) this.#openDelimiter();
      return at + 1;
    }
    this.#giveBack();
    return at;
  }

  /** What looked like a delimiter was content. */
  #giveBack(): void {
    if (this.#matched > 0) this.#count(this.#lineBreak + Math.max(0, this.#matched - 2));
    this.#matched = 0;
    this.#lineBreak = 0;
  }

  #openDelimiter(): void {
    this.#pending = this.#lineBreak + this.#delimiter.length - 2;
    this.#matched = 0;
    this.#lineBreak = 0;
    this.#inDelimiterLine = true;
    this.#dashes = 0;
  }

  #readDelimiterLine(octet: number): void {
    this.#pending++;
    if (octet === 45 && this.#dashes < 2) {
      if (++this.#dashes === 2) this.#state = State.closed;
    } else if (octet === Octet.lf) {
      this.#inDelimiterLine = false;
      this.#openPart();
    } else if (octet !== Octet.cr && !isBlank(octet)) {
      // The boundary was only the beginning of the line: no delimiter.
      this.#inDelimiterLine = false;
      this.#count(this.#pending);
    }
  }

  #openPart(): void {
    if (this.parts.length === partLimit) {
      this.#state = State.closed;
      return;
    }
    this.parts.push({ bytes: 0 });
    this.#state = State.head;
    this.#lineLength = 0;
    this.#headLength = 0;
  }

  #readHead(octet: number): void {
    if (++this.#headLength > partHeadLimit) {
      this.#state = State.closed;
      return;
    }
    if (octet !== Octet.lf) {
      if (this.#lineLength === this.#line.length) {
        const grown = new Uint8Array(this.#line.length * 2);
        grown.set(this.#line);
        this.#line = grown;
      }
      this.#line[this.#lineLength++] = octet;
      return;
    }
    const end = this.#lineLength > 0 && this.#line[this.#lineLength - 1] === Octet.cr ? this.#lineLength - 1 : this.#lineLength;
    if (end > 0) this.#readHeader(end);
    else {
      this.#state = State.content;
      // The empty line may be the line break of the next delimiter: a part without content.
      this.#matched = 2;
      this.#lineBreak = 0;
    }
    this.#lineLength = 0;
  }

  #readHeader(end: number): void {
    const part = this.parts[this.parts.length - 1]!;
    const colon = this.#line.subarray(0, end).indexOf(Octet.colon);
    if (colon < 0) return;
    const value = trimBlanks(latin1(this.#line, colon + 1, end));
    const id = internHeader(this.#line, 0, colon);
    if (id === HeaderId.contentType) setIfKnown(part, 'mimeType', mediaType(value));
    if (id !== HeaderId.contentDisposition) return;
    setIfKnown(part, 'name', parameter(value, 'name'));
    setIfKnown(part, 'fileName', extendedValue(parameter(value, 'filename*')) ?? parameter(value, 'filename'));
  }

  #count(length: number): void {
    if (this.#state === State.content) this.parts[this.parts.length - 1]!.bytes += length;
  }
}

function nextLineBreak(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] !== Octet.cr && bytes[at] !== Octet.lf) at++;
  return at;
}

function setIfKnown(part: Part, field: 'name' | 'fileName' | 'mimeType', value: string | undefined): void {
  if (value !== undefined) part[field] = readable(value);
}

/** `UTF-8''na%C3%AFve.txt` (RFC 8187, section 3.2) as Latin-1 characters, so that `readable` tells the charset. */
function extendedValue(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const text = value.slice(value.indexOf("'", value.indexOf("'") + 1) + 1);
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const octet = text[i] === '%' && i + 2 < text.length ? Number.parseInt(text.slice(i + 1, i + 3), 16) : NaN;
    if (Number.isNaN(octet)) out += text[i];
    else {
      out += String.fromCharCode(octet);
      i += 2;
    }
  }
  return out;
}

/** A reader for the body of this Content-Type, or undefined if it is not multipart. */
export function multipartReader(contentType: string | undefined): MultipartReader | undefined {
  if (contentType === undefined || !mediaType(contentType)?.startsWith('multipart/')) return undefined;
  const boundary = parameter(contentType, 'boundary');
  if (boundary === undefined || boundary === '' || boundary.length > boundaryLimit) return undefined;
  return new MultipartReader(boundary);
}
