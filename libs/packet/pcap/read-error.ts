/** What went wrong with a capture. */
export type CaptureErrorKind =
  /** The file could not be opened or read at all: missing, a directory, no permission, an I/O error. */
  | 'unreadable'
  /** Neither pcap nor pcapng begins here. */
  | 'not_a_capture'
  /** A capture of a version or variant that this reader does not know. */
  | 'unsupported'
  /** A header contradicts itself; nothing behind it can be trusted. */
  | 'corrupt'
  /** The capture ends in the middle of a header or a packet. */
  | 'truncated'
  /** The gzip or zstd data is damaged or ends early. */
  | 'bad_compression';

/**
 * Why a capture could not be read to its end. Everything in front of `offset` has been delivered.
 *
 * `offset` counts bytes of the capture; for `bad_compression` and `unreadable` those of the file.
 */
export class CaptureError extends Error {
  override readonly name = 'CaptureError';
  readonly kind: CaptureErrorKind;
  readonly offset: number;
  /** The message without its place. */
  readonly reason: string;

  constructor(kind: CaptureErrorKind, offset: number, reason: string) {
    super(kind === 'unreadable' || kind === 'not_a_capture' ? reason : `${reason} (at byte ${offset})`);
    this.kind = kind;
    this.offset = offset;
    this.reason = reason;
  }
}
