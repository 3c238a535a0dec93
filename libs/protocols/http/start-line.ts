import { Anomaly } from './anomalies.ts';
import { CharClass, Octet, charClasses, hasAscii, isBlank, isDigit, isToken } from './characters.ts';

/** Longest method that is taken for one, in octets. */
export const methodLimit = 32;

/** Methods that are known: IANA's registry with WebDAV (RFC 4918 and kin), and a few in the wild. Only these open a request without a version. */
export const methods = (
  'GET POST PUT HEAD DELETE OPTIONS CONNECT PATCH TRACE PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK SEARCH REPORT MKACTIVITY CHECKOUT MERGE ' +
  'MKCALENDAR ACL BIND REBIND UNBIND LINK UNLINK LABEL UPDATE CHECKIN UNCHECKOUT MKWORKSPACE ORDERPATCH MKREDIRECTREF UPDATEREDIRECTREF ' +
  'VERSION-CONTROL BASELINE-CONTROL QUERY PURGE NOTIFY SUBSCRIBE UNSUBSCRIBE M-SEARCH SOURCE BPROPFIND BPROPPATCH BCOPY BMOVE BDELETE POLL ' +
  'X-MS-ENUMATTS RPC_IN_DATA RPC_OUT_DATA SSTP_DUPLEX_POST BITS_POST CCM_POST RPC_CONNECT'
).split(' ');

const methodsByLength: string[][] = Array.from({ length: methodLimit + 1 }, (_, length) =>
  methods.filter((name) => name.length === length),
);

/** The known method that is exactly `[start, end)`, as the one string for it. */
export function knownMethod(bytes: Uint8Array, start: number, end: number): string | undefined {
  const length = end - start;
  if (length > methodLimit) return undefined;
  for (const name of methodsByLength[length]!) if (hasAscii(bytes, start, name)) return name;
  return undefined;
}

/** The end of the version `HTTP/x` or `HTTP/x.y` (in any case) that begins at `at`, or -1. */
export function versionEnd(bytes: Uint8Array, at: number, end: number): number {
  if (end - at < 6 || (bytes[at]! | 32) !== 104 || (bytes[at + 1]! | 32) !== 116 || (bytes[at + 2]! | 32) !== 116) return -1;
  if ((bytes[at + 3]! | 32) !== 112 || bytes[at + 4] !== Octet.slash || !isDigit(bytes[at + 5]!)) return -1;
  if (at + 7 < end && bytes[at + 6] === 46 && isDigit(bytes[at + 7]!)) return at + 8;
  return at + 6;
}

/** What servers of internet radio (SHOUTcast, Icecast) begin their status line with instead of a version. */
const radio = 'ICY';

/** Where the parts of a start line lie in its buffer. One is made and filled in place. */
export class StartLine {
  isResponse = false;
  /** False for HTTP/0.9 and for the answers of internet radio, which have none. */
  hasVersion = false;
  methodStart = 0;
  methodEnd = 0;
  /** `targetStart === targetEnd` where the target is missing. */
  targetStart = 0;
  targetEnd = 0;
  /** Of the digits behind `HTTP/`. */
  versionStart = 0;
  versionEnd = 0;
  /** 0 if there is none. */
  status = 0;
  phraseStart = 0;
  phraseEnd = 0;
  anomalies = 0;

  /** Reads the line `[start, end)`, which has no line break; false if it is neither a request line nor a status line. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    this.anomalies = 0;
    for (let i = start; i < end; i++) if (charClasses[bytes[i]!]! & CharClass.control) this.anomalies |= Anomaly.controlCharacter;
    while (start < end && isBlank(bytes[start]!)) {
      start++;
      this.anomalies |= Anomaly.oddBlanks;
    }
    while (end > start && isBlank(bytes[end - 1]!)) end--;
    const version = versionEnd(bytes, start, end);
    this.isResponse = version > 0 && (version === end || isBlank(bytes[version]!));
    if (this.isResponse) {
      this.hasVersion = true;
      this.versionStart = start + 5;
      this.versionEnd = version;
      return this.#readStatus(bytes, version, end);
    }
    return this.#readRequestLine(bytes, start, end) || this.#readRadioLine(bytes, start, end);
  }

  /** `ICY 200 OK`. */
  #readRadioLine(bytes: Uint8Array, start: number, end: number): boolean {
    const at = start + radio.length;
    if (at >= end || !hasAscii(bytes, start, radio) || !isBlank(bytes[at]!)) return false;
    this.isResponse = this.#readStatus(bytes, at, end);
    this.hasVersion = false;
    return this.isResponse;
  }

  /** status-line = HTTP-version SP status-code SP [ reason-phrase ] (RFC 9112, section 4). */
  #readStatus(bytes: Uint8Array, from: number, end: number): boolean {
    const at = this.#skipBlanks(bytes, from, end);
    if (at + 3 > end || !isDigit(bytes[at]!) || !isDigit(bytes[at + 1]!) || !isDigit(bytes[at + 2]!)) return false;
    if (at + 3 < end && !isBlank(bytes[at + 3]!)) return false;
    this.status = (bytes[at]! - 48) * 100 + (bytes[at + 1]! - 48) * 10 + (bytes[at + 2]! - 48);
    this.phraseStart = at + 3 < end ? at + 4 : end;
    this.phraseEnd = end;
    return this.status >= 100;
  }

  /** request-line = method SP request-target SP HTTP-version (RFC 9112, section 3); the simple request of RFC 1945 has no version. */
  #readRequestLine(bytes: Uint8Array, start: number, end: number): boolean {
    let at = start;
    while (at < end && isToken(bytes[at]!)) at++;
    if (at === start || at - start > methodLimit || at === end || !isBlank(bytes[at]!)) return false;
    this.methodStart = start;
    this.methodEnd = at;
    this.status = 0;
    let last = end;
    while (last > at && !isBlank(bytes[last - 1]!)) last--;
    this.hasVersion = versionEnd(bytes, last, end) === end;
    if (!this.hasVersion) return this.#readSimpleRequest(bytes, at, end);
    this.versionStart = last + 5;
    this.versionEnd = end;
    this.targetStart = this.#skipBlanks(bytes, at, end);
    this.targetEnd = last;
    while (this.targetEnd > this.targetStart && isBlank(bytes[this.targetEnd - 1]!)) this.targetEnd--;
    if (this.targetStart >= last) this.#markMissingTarget(last);
    else if (last - this.targetEnd > 1) this.anomalies |= Anomaly.oddBlanks;
    for (let i = this.targetStart; i < this.targetEnd; i++) if (isBlank(bytes[i]!)) this.anomalies |= Anomaly.blankInTarget;
    return true;
  }

  #readSimpleRequest(bytes: Uint8Array, at: number, end: number): boolean {
    this.targetStart = this.#skipBlanks(bytes, at, end);
    this.targetEnd = end;
    if (knownMethod(bytes, this.methodStart, this.methodEnd) === undefined) return false;
    return beginsTarget(bytes, this.targetStart, end);
  }

  #markMissingTarget(at: number): void {
    this.targetStart = this.targetEnd = at;
    this.anomalies |= Anomaly.missingTarget;
  }

  #skipBlanks(bytes: Uint8Array, at: number, end: number): number {
    const from = at;
    while (at < end && isBlank(bytes[at]!)) at++;
    if (at - from > 1) this.anomalies |= Anomaly.oddBlanks;
    return at;
  }
}

/** True if what begins at `at` can be the target of a request without a version: a path or an absolute URI. */
export function beginsTarget(bytes: Uint8Array, at: number, end: number): boolean {
  if (at >= end) return false;
  return bytes[at] === Octet.slash || (end - at >= 7 && hasAscii(bytes, at, 'http://'));
}
