import { Anomaly } from './anomalies.ts';
import { HeaderId } from './header-names.ts';
import type { Message } from './message.ts';
import { listMembers, trimBlanks } from './text.ts';

/** How the body of a message is told from what follows. */
export const Framing = {
  none: 0,
  length: 1,
  chunked: 2,
  /** Until the side closes. */
  close: 3,
  /** It cannot be told. */
  unknown: 4,
} as const;
export type Framing = (typeof Framing)[keyof typeof Framing];

/** The decision, in place: `length` belongs to `Framing.length`. */
export class FramingDecision {
  kind: Framing = Framing.none;
  length = 0;

  set(kind: Framing, length = 0): this {
    this.kind = kind;
    this.length = length;
    return this;
  }
}

const transferCodings = new Set(['chunked', 'gzip', 'x-gzip', 'deflate', 'compress', 'x-compress', 'identity']);

/**
 * Message body length (RFC 9112, section 6.3). `requestMethod` is that of the request which a response answers, if it is known. Notes on
 * the message what is odd about its framing headers.
 */
export function decideFraming(message: Message, requestMethod: string | undefined, decision: FramingDecision): FramingDecision {
  const coding = message.headers.value(HeaderId.transferEncoding);
  const length = contentLength(message);
  if (message.isResponse && hasNoBody(message.status, requestMethod)) {
    const mayName = requestMethod === 'HEAD' || message.status === 304;
    if (!mayName && length > 0) message.anomalies |= Anomaly.lengthWithoutBody;
    return decision.set(Framing.none);
  }
  if (coding !== undefined) {
    if (length !== noLength) message.anomalies |= Anomaly.lengthAndCoding;
    if (message.version === '1.0' || message.version === '0.9') message.anomalies |= Anomaly.codingInOldVersion;
    return endsInChunked(message, coding)
      ? decision.set(Framing.chunked)
      : decision.set(message.isResponse ? Framing.close : Framing.unknown);
  }
  if (length === badLength) return decision.set(message.isResponse ? Framing.close : Framing.unknown);
  if (length !== noLength) return length > 0 ? decision.set(Framing.length, length) : decision.set(Framing.none);
  return decision.set(message.isResponse ? Framing.close : Framing.none);
}

/** Responses that end with their headers, whatever these say (section 6.3, items 1 and 2). */
function hasNoBody(status: number, requestMethod: string | undefined): boolean {
  if (status < 200 || status === 204 || status === 304) return true;
  return requestMethod === 'HEAD' || (requestMethod === 'CONNECT' && status < 300);
}

function endsInChunked(message: Message, coding: string): boolean {
  const codings = listMembers(coding);
  const chunkedAt = codings.indexOf('chunked');
  if (!codings.every((name) => transferCodings.has(name)) || (chunkedAt >= 0 && chunkedAt !== codings.lastIndexOf('chunked'))) {
    message.anomalies |= Anomaly.oddTransferCoding;
  }
  if (codings[codings.length - 1] === 'chunked') return true;
  message.anomalies |= Anomaly.codingNotChunkedLast;
  return false;
}

const noLength = -1;
const badLength = -2;

/** The length that Content-Length gives, or a negative number: `noLength`, or `badLength` (section 6.3, item 5). */
export function contentLength(message: Message): number {
  const value = message.headers.value(HeaderId.contentLength);
  if (value === undefined) return noLength;
  const single = decimal(value);
  if (single !== badLength) return single;
  return lengthOfList(message, value.split(','));
}

function lengthOfList(message: Message, members: readonly string[]): number {
  const lengths = members.map((member) => decimal(trimBlanks(member)));
  if (members.length > 1) {
    message.anomalies |= lengths.every((length) => length === lengths[0]) ? Anomaly.repeatedLength : Anomaly.conflictingLength;
  }
  const usable = lengths[0]! >= 0 && (message.anomalies & Anomaly.conflictingLength) === 0;
  if (lengths.includes(badLength)) message.anomalies |= Anomaly.invalidLength;
  return usable ? lengths[0]! : badLength;
}

/** 1*DIGIT up to 2^53 - 1, else `badLength`. */
function decimal(text: string): number {
  if (text === '') return badLength;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return badLength;
    value = value * 10 + digit;
    if (value > Number.MAX_SAFE_INTEGER) return badLength;
  }
  return value;
}

/** True if the sender offers to speak something else from the next message on (RFC 9110, section 7.8). */
export function offersUpgrade(message: Message): boolean {
  if (message.headers.count(HeaderId.upgrade) === 0) return false;
  return listMembers(message.headers.value(HeaderId.connection) ?? '').includes('upgrade');
}
