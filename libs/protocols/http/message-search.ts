import { CharClass, Octet, charClasses, hasAscii, isBlank, isDigit, isToken } from './characters.ts';
import { beginsTarget, knownMethod, methodLimit, versionEnd } from './start-line.ts';

/** Octets of one line that are kept while a start line is looked for; of a longer line its end. */
export const searchLineLimit = 8 * 1024;

/**
 * Looks for the next start line in a stream whose framing was lost: behind a hole, or behind octets that make no sense. Only a line that ends
 * as a start line must is taken, so that pairing does not begin again with a piece of some body.
 */
export class MessageSearch {
  #line = new Uint8Array(0);
  #length = 0;
  /** True if what is kept is a line from its beginning on. */
  #isWholeLine = false;
  /** True if the last call passed over a line without a start line. */
  hasSkipped = false;
  /** Octets looked through since `reset`. */
  searched = 0;

  reset(): void {
    this.dropLine();
    this.searched = 0;
  }

  /** Behind a further hole. */
  dropLine(): void {
    this.#length = 0;
    this.#isWholeLine = false;
  }

  /**
   * Takes `[start, end)` up to the first line that holds a start line. Returns the offset behind that line, which is then `found`, or -1 if there is none.
   * `wanted` says which kind; undefined takes both.
   */
  push(bytes: Uint8Array, start: number, end: number, wanted: 'request' | 'response' | undefined): number {
    let at = start;
    this.hasSkipped = false;
    while (at < end) {
      let stop = at;
      while (stop < end && bytes[stop] !== Octet.lf) stop++;
      const ended = stop < end;
      this.#keep(bytes, at, ended ? stop + 1 : stop);
      at = ended ? stop + 1 : stop;
      if (!ended) break;
      const from = startLineIn(this.#line, this.#length, wanted, this.#isWholeLine);
      if (from >= 0) {
        this.searched += at - start;
        this.#line.copyWithin(0, from, this.#length);
        this.#length -= from;
        return at;
      }
      this.#length = 0;
      this.hasSkipped = true;
      this.#isWholeLine = true;
    }
    this.searched += end - start;
    return -1;
  }

  /** The line that was found, from its start line on; valid until the next call. */
  get found(): Uint8Array {
    return this.#line.subarray(0, this.#length);
  }

  /** Appends to the line; of more than the limit the end stays. */
  #keep(bytes: Uint8Array, start: number, end: number): void {
    if (this.#line.length === 0) this.#line = new Uint8Array(searchLineLimit);
    const from = Math.max(start, end - searchLineLimit);
    const length = end - from;
    const excess = this.#length + length - searchLineLimit;
    if (excess > 0 || from > start) this.#isWholeLine = false;
    if (excess > 0) {
      this.#line.copyWithin(0, excess, this.#length);
      this.#length -= excess;
    }
    this.#line.set(bytes.subarray(from, end), this.#length);
    this.#length += length;
  }
}

/** Where a start line begins in a line that ends in LF, or -1. */
function startLineIn(line: Uint8Array, length: number, wanted: 'request' | 'response' | undefined, isWholeLine: boolean): number {
  const end = length >= 2 && line[length - 2] === Octet.cr ? length - 2 : length - 1;
  const request = wanted === 'response' ? -1 : requestLineIn(line, end, isWholeLine);
  return request >= 0 || wanted === 'request' ? request : statusLineIn(line, end);
}

/**
 * Something that ends in ` HTTP/1.x`: from the line's beginning if that is a method (a known one, unless the line is whole), else from the
 * last known one that a target follows.
 */
function requestLineIn(line: Uint8Array, end: number, isWholeLine: boolean): number {
  const version = end - 8;
  if (version < 3 || line[version - 1] !== Octet.space || versionEnd(line, version, end) !== end || line[version + 5] !== 49) return -1;
  if (isWholeLine && beginsWithMethod(line, version)) return 0;
  let found = -1;
  for (let blank = 3; blank < version; blank++) {
    if (line[blank] !== Octet.space || !isTargetAt(line, blank + 1, version)) continue;
    const method = methodBefore(line, blank);
    if (method === 0) return 0;
    if (method > 0) found = method;
  }
  return found;
}

function beginsWithMethod(line: Uint8Array, end: number): boolean {
  let blank = 0;
  while (blank < end && isToken(line[blank]!)) blank++;
  return blank > 0 && blank <= methodLimit && line[blank] === Octet.space && isTargetAt(line, blank + 1, end);
}

/** Where the longest known method that ends at `blank` begins, or -1. */
function methodBefore(line: Uint8Array, blank: number): number {
  for (let length = Math.min(methodLimit, blank); length >= 3; length--) {
    if (knownMethod(line, blank - length, blank) !== undefined) return blank - length;
  }
  return -1;
}

function isTargetAt(line: Uint8Array, at: number, end: number): boolean {
  return beginsTarget(line, at, end) || line[at] === 42 || hasAscii(line, at, 'https://') || /* CONNECT */ isAuthorityAt(line, at, end);
}

/** `host:port` up to a blank, for CONNECT. */
function isAuthorityAt(line: Uint8Array, at: number, end: number): boolean {
  if (at < 8 || !hasAscii(line, at - 8, 'CONNECT ')) return false;
  let colon = at;
  while (colon < end && line[colon] !== Octet.colon) colon++;
  return colon < end && isDigit(line[colon + 1]!);
}

/** `HTTP/1.x SP 3DIGIT [SP phrase]` up to the end of the line, the last of them. */
function statusLineIn(line: Uint8Array, end: number): number {
  for (let at = end - 12; at >= 0; at--) {
    if (line[at] === 72 && hasAscii(line, at, 'HTTP/1.') && isStatusLine(line, at, end)) return at;
  }
  return -1;
}

function isStatusLine(line: Uint8Array, at: number, end: number): boolean {
  if (!isDigit(line[at + 7]!) || !isBlank(line[at + 8]!)) return false;
  const status = at + 9;
  if (line[status]! < 49 || line[status]! > 53 || !isDigit(line[status + 1]!) || !isDigit(line[status + 2]!)) return false;
  if (status + 3 < end && !isBlank(line[status + 3]!)) return false;
  for (let i = status + 3; i < end; i++) if (charClasses[line[i]!]! & (CharClass.control | CharClass.high)) return false;
  return true;
}
