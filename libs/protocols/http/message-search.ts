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
  #found: Uint8Array | undefined;
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
    this.#found = undefined;
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
      if (stop === end) {
        this.#keep(bytes, at, end);
        break;
      }
      stop++;
      if (this.#length === 0) this.#look(bytes, at, stop, wanted);
      else {
        this.#keep(bytes, at, stop);
        this.#look(this.#line, 0, this.#length, wanted);
      }
      at = stop;
      this.#length = 0;
      if (this.#found !== undefined) {
        this.searched += at - start;
        return at;
      }
      this.hasSkipped = true;
      this.#isWholeLine = true;
    }
    this.searched += end - start;
    return -1;
  }

  #look(line: Uint8Array, start: number, end: number, wanted: 'request' | 'response' | undefined): void {
    const from = startLineIn(line, start, end, wanted, this.#isWholeLine);
    this.#found = from < 0 ? undefined : line.subarray(from, end);
  }

  /** The line that was found, from its start line on; valid until the next call. */
  get found(): Uint8Array {
    return this.#found ?? this.#line.subarray(0, 0);
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

/** Where a start line begins in the line `[start, stop)`, which ends in LF, or -1. */
function startLineIn(
  line: Uint8Array,
  start: number,
  stop: number,
  wanted: 'request' | 'response' | undefined,
  isWholeLine: boolean,
): number {
  const end = stop - start >= 2 && line[stop - 2] === Octet.cr ? stop - 2 : stop - 1;
  const request = wanted === 'response' ? -1 : requestLineIn(line, start, end, isWholeLine);
  return request >= 0 || wanted === 'request' ? request : statusLineIn(line, start, end);
}

/**
 * Something that ends in ` HTTP/1.x`: from the line's beginning if that is a method (a known one, unless the line is whole), else from the
 * last known one that a target follows.
 */
function requestLineIn(line: Uint8Array, start: number, end: number, isWholeLine: boolean): number {
  const version = end - 8;
  if (version < start + 3 || line[version - 1] !== Octet.space || line[version + 5] !== 49 || versionEnd(line, version, end) !== end)
    return -1;
  if (isWholeLine && beginsWithMethod(line, start, version)) return start;
  let found = -1;
  for (let blank = start + 3; blank < version; blank++) {
    if (line[blank] !== Octet.space || !isTargetAt(line, start, blank + 1, version)) continue;
    const method = methodBefore(line, start, blank);
    if (method === start) return start;
    if (method > start) found = method;
  }
  return found;
}

function beginsWithMethod(line: Uint8Array, start: number, end: number): boolean {
  let blank = start;
  while (blank < end && isToken(line[blank]!)) blank++;
  const length = blank - start;
  return length > 0 && length <= methodLimit && line[blank] === Octet.space && isTargetAt(line, start, blank + 1, end);
}

/** Where the longest known method that ends at `blank` begins, or -1. */
function methodBefore(line: Uint8Array, start: number, blank: number): number {
  for (let length = Math.min(methodLimit, blank - start); length >= 3; length--) {
    if (knownMethod(line, blank - length, blank) !== undefined) return blank - length;
  }
  return -1;
}

function isTargetAt(line: Uint8Array, start: number, at: number, end: number): boolean {
  return beginsTarget(line, at, end) || line[at] === 42 || hasAscii(line, at, 'https://') || isAuthorityAt(line, start, at, end);
}

/** `host:port` up to a blank, for CONNECT. */
function isAuthorityAt(line: Uint8Array, start: number, at: number, end: number): boolean {
  if (at - start < 8 || !hasAscii(line, at - 8, 'CONNECT ')) return false;
  let colon = at;
  while (colon < end && line[colon] !== Octet.colon) colon++;
  return colon < end && isDigit(line[colon + 1]!);
}

/** `HTTP/1.x SP 3DIGIT [SP phrase]` up to the end of the line, the last of them. */
function statusLineIn(line: Uint8Array, start: number, end: number): number {
  for (let at = end - 12; at >= start; at--) {
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
