import { Verdict, detectionLimit, type PortHint } from '../sdk/module.ts';
import { CharClass, Octet, charClasses, hasAscii, isBlank, isDigit, isToken } from './characters.ts';
import { beginsTarget, knownMethod, methodLimit, versionEnd } from './start-line.ts';

/** Line breaks and blanks that may stand before the first start line. */
const leadLimit = 32;

/** Ports on which a request without a version is taken for HTTP/0.9: its line alone is too little to go by. */
const simpleRequestPorts = new Set([80, 81, 591, 3128, 5000, 8000, 8008, 8080, 8081, 8088, 8888]);

const isLead = (octet: number): boolean => (charClasses[octet]! & CharClass.lineBreak) !== 0 || isBlank(octet);

export const mayBegin = (octet: number): boolean => isLead(octet) || isToken(octet);

/**
 * HTTP/1 by its first line: a token, a target, `HTTP/x.y`; or `HTTP/x.y` and three digits. SIP and RTSP have the same shape with another
 * protocol name; HTTP/2's preface has the method `PRI`.
 */
export function detect(bytes: Uint8Array, start: number, end: number, ports: PortHint): Verdict {
  let at = start;
  while (at < end && at - start < leadLimit && isLead(bytes[at]!)) at++;
  if (at === end) return at - start < leadLimit ? Verdict.needMore : Verdict.no;
  const begins = hasBeginning(bytes, at, end, 'HTTP/');
  if (begins === 'whole') return detectStatusLine(bytes, at, end);
  const request = detectRequestLine(bytes, at, end, ports, end - start >= detectionLimit);
  return request === Verdict.no && begins === 'part' ? Verdict.needMore : request;
}

function hasBeginning(bytes: Uint8Array, at: number, end: number, text: string): 'whole' | 'part' | 'no' {
  const length = Math.min(text.length, end - at);
  for (let i = 0; i < length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return 'no';
  return length === text.length ? 'whole' : 'part';
}

/** `HTTP/1.1 200`, then a blank or the end of the line. */
function detectStatusLine(bytes: Uint8Array, start: number, end: number): Verdict {
  let at = start + 5;
  while (at < end && at - start < 8 && (isDigit(bytes[at]!) || bytes[at] === 46)) at++;
  if (at === start + 5) return at === end ? Verdict.needMore : Verdict.no;
  if (at < end && !isBlank(bytes[at]!)) return Verdict.no;
  while (at < end && isBlank(bytes[at]!) && at - start < leadLimit) at++;
  for (let digits = 0; digits < 3; digits++, at++) {
    if (at === end) return Verdict.needMore;
    if (!isDigit(bytes[at]!)) return Verdict.no;
  }
  if (at === end) return Verdict.needMore;
  return isBlank(bytes[at]!) || charClasses[bytes[at]!]! & CharClass.lineBreak ? Verdict.server : Verdict.no;
}

function detectRequestLine(bytes: Uint8Array, start: number, end: number, ports: PortHint, isAll: boolean): Verdict {
  let at = start;
  while (at < end && isToken(bytes[at]!)) at++;
  if (at - start > methodLimit) return Verdict.no;
  if (at === end) return Verdict.needMore;
  if (at === start || !isBlank(bytes[at]!) || isPreface(bytes, start, at)) return Verdict.no;
  let line = at;
  while (line < end && bytes[line] !== Octet.lf) {
    const classes = charClasses[bytes[line]!]!;
    if (classes & CharClass.control && bytes[line] !== Octet.cr) return Verdict.no;
    line++;
  }
  const method = knownMethod(bytes, start, at);
  if (line === end)
    return !isAll ? Verdict.needMore : isLongRequest(bytes, at + 1, end, method !== undefined) ? Verdict.client : Verdict.no;
  let stop = line;
  while (stop > at && (isBlank(bytes[stop - 1]!) || bytes[stop - 1] === Octet.cr)) stop--;
  let last = stop;
  while (last > at && !isBlank(bytes[last - 1]!)) last--;
  if (versionEnd(bytes, last, stop) === stop) return Verdict.client;
  const isSimple = method !== undefined && beginsTarget(bytes, at + 1, stop) && last === at + 1;
  return isSimple && simpleRequestPorts.has(ports.receiverPort) ? Verdict.client : Verdict.no;
}

/** A target longer than detection may see: the method and its beginning must do, and behind a word that is no known method there is nothing but the target. */
function isLongRequest(bytes: Uint8Array, start: number, end: number, isKnown: boolean): boolean {
  if (!beginsTarget(bytes, start, end)) return false;
  for (let at = start; !isKnown && at < end; at++) if (isBlank(bytes[at]!)) return false;
  return true;
}

const isPreface = (bytes: Uint8Array, start: number, end: number): boolean => end - start === 3 && hasAscii(bytes, start, 'PRI');
