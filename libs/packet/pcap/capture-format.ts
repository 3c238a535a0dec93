import type { Frame, FrameSink } from './frame.ts';
import { CaptureError, type CaptureErrorKind } from './read-error.ts';

/**
 * One file format, as the parser drives it. A format never keeps bytes: it walks over the units (headers, records, blocks) that lie whole in what
 * it is shown, and says how many bytes the next one needs.
 */
export abstract class CaptureFormat {
  /** Bytes of the next unit, from its beginning, that must be there before it can be read (or before more of its length is known). */
  wanted = 0;
  error: CaptureError | undefined;
  /** What begins where the bytes end, for the message of a truncated capture. */
  abstract readonly unit: string;
  /** Offset in the capture of index 0 of the bytes that `walk` is given. */
  origin = 0;
  protected readonly frame: Frame;

  constructor(frame: Frame) {
    this.frame = frame;
  }

  /**
   * Reads every unit that lies whole in `[start, end)` and hands each frame to `sink`. Returns where it stopped: at a unit that needs more bytes, or
   * behind `end` if what comes next is of no interest. With `error` set it is not to be called again.
   */
  abstract walk(bytes: Uint8Array, start: number, end: number, sink: FrameSink): number;

  /** Gives the capture up at index `at`; returns `at`. */
  protected fail(kind: CaptureErrorKind, at: number, reason: string): number {
    this.error = new CaptureError(kind, this.origin + at, reason);
    return at;
  }
}

/** Captured bytes of one frame; what libpcap and Wireshark allow too. Anything above is a corrupt length. */
export const captureLengthLimit = 262_144;
