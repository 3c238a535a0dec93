/**
 * Shapes that one reader of HTTP takes one way and another reader another way, or that the grammar forbids: what request smuggling and
 * broken clients are made of. One bit each; RFC 9112 unless another is named.
 */
export const Anomaly = {
  /** Both Transfer-Encoding and Content-Length (section 6.3, item 3). */
  lengthAndCoding: 1 << 0,
  /** Content-Length more than once, all the same. */
  repeatedLength: 1 << 1,
  /** Content-Length more than once, with different values (section 6.3, item 5). */
  conflictingLength: 1 << 2,
  /** Content-Length that is no number, or one past 2^53. */
  invalidLength: 1 << 3,
  /** Transfer-Encoding that does not end in `chunked` (section 6.3, item 4). */
  codingNotChunkedLast: 1 << 4,
  /** `chunked` more than once, or a coding that nobody registered (section 6.1). */
  oddTransferCoding: 1 << 5,
  /** Transfer-Encoding in HTTP/1.0, which had none (section 6.1). */
  codingInOldVersion: 1 << 6,
  /** A header continued on the next line (section 5.2). */
  foldedHeader: 1 << 7,
  /** A line that ends in LF alone (section 2.2). */
  bareLineFeed: 1 << 8,
  /** A CR that no LF follows (section 2.2). */
  bareCarriageReturn: 1 << 9,
  /** Blanks between a header's name and its colon (section 5.1). */
  blankBeforeColon: 1 << 10,
  /** A header name with characters that are no token. */
  invalidHeaderName: 1 << 11,
  /** A header line without a colon; it is left out. */
  headerWithoutColon: 1 << 12,
  /** A control character in the start line or a header. */
  controlCharacter: 1 << 13,
  /** Blanks before the start line, or more than one between its parts (section 3). */
  oddBlanks: 1 << 14,
  /** A blank within the request target (section 3.2). */
  blankInTarget: 1 << 15,
  /** A request line without a target. */
  missingTarget: 1 << 16,
  /** HTTP/1.1 without Host, where the target does not name one (section 3.2). */
  missingHost: 1 << 17,
  /** Host more than once. */
  repeatedHost: 1 << 18,
  /** Host and the target's authority differ (section 3.2.2). */
  hostMismatch: 1 << 19,
  /** A chunk size that is no number, or one past 2^53 (section 7.1). */
  invalidChunkSize: 1 << 20,
  /** No line break where a chunk ends. */
  invalidChunkEnd: 1 << 21,
  /** More header lines, or longer ones, than are kept. */
  headersPastLimit: 1 << 22,
  /** A status line without a status of three digits. */
  invalidStatus: 1 << 23,
  /** The answer does not begin with a status line. */
  noStatusLine: 1 << 24,
  /** A Content-Length above 0 where no body may follow (RFC 9110, section 8.6). */
  lengthWithoutBody: 1 << 25,
  /** The start line is preceded, on its own line, by octets that belong to nothing. */
  octetsBeforeStart: 1 << 26,
  /** HTTP/2: the body is longer or shorter than Content-Length says (RFC 9113, section 8.1.1). */
  lengthMismatch: 1 << 27,
  /** HTTP/2: a header that belongs to a connection of HTTP/1, such as Transfer-Encoding (RFC 9113, section 8.2.2). */
  connectionHeader: 1 << 28,
  /** The server's first words are an alert of TLS: it takes nothing in the clear. */
  answeredWithTls: 1 << 29,
} as const;

const names: readonly (readonly [number, string])[] = [
  [Anomaly.lengthAndCoding, 'content-length-and-transfer-encoding'],
  [Anomaly.repeatedLength, 'repeated-content-length'],
  [Anomaly.conflictingLength, 'conflicting-content-length'],
  [Anomaly.invalidLength, 'invalid-content-length'],
  [Anomaly.codingNotChunkedLast, 'transfer-encoding-not-chunked-last'],
  [Anomaly.oddTransferCoding, 'odd-transfer-encoding'],
  [Anomaly.codingInOldVersion, 'transfer-encoding-in-old-version'],
  [Anomaly.foldedHeader, 'folded-header'],
  [Anomaly.bareLineFeed, 'bare-line-feed'],
  [Anomaly.bareCarriageReturn, 'bare-carriage-return'],
  [Anomaly.blankBeforeColon, 'blank-before-colon'],
  [Anomaly.invalidHeaderName, 'invalid-header-name'],
  [Anomaly.headerWithoutColon, 'header-without-colon'],
  [Anomaly.controlCharacter, 'control-character'],
  [Anomaly.oddBlanks, 'odd-blanks-in-start-line'],
  [Anomaly.blankInTarget, 'blank-in-target'],
  [Anomaly.missingTarget, 'missing-target'],
  [Anomaly.missingHost, 'missing-host'],
  [Anomaly.repeatedHost, 'repeated-host'],
  [Anomaly.hostMismatch, 'host-differs-from-target'],
  [Anomaly.invalidChunkSize, 'invalid-chunk-size'],
  [Anomaly.invalidChunkEnd, 'invalid-chunk-end'],
  [Anomaly.headersPastLimit, 'headers-past-limit'],
  [Anomaly.invalidStatus, 'invalid-status'],
  [Anomaly.noStatusLine, 'no-status-line'],
  [Anomaly.lengthWithoutBody, 'content-length-without-body'],
  [Anomaly.octetsBeforeStart, 'octets-before-start-line'],
  [Anomaly.lengthMismatch, 'content-length-differs-from-body'],
  [Anomaly.connectionHeader, 'connection-header'],
  [Anomaly.answeredWithTls, 'answered-with-tls'],
];

/** The names of the bits that are set, in the order above. */
export function anomalyNames(bits: number): string[] {
  return names.filter(([bit]) => (bits & bit) !== 0).map(([, name]) => name);
}
