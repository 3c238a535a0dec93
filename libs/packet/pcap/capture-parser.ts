import type { CaptureFormat } from './capture-format.ts';
import { Frame, type FrameSink } from './frame.ts';
import { describeMagic } from './magic.ts';
import { PcapFormat, recognisePcap } from './pcap-format.ts';
import { PcapngFormat, recognisePcapng } from './pcapng-format.ts';
import { CaptureError } from './read-error.ts';

/**
 * Takes a capture (pcap or pcapng, any variant and byte order) in chunks of any size and hands on its frames. Frames that lie whole in a chunk are not
 * copied, one that straddles is, once. Memory is bounded by the longest block.
 *
 *     for await (const chunk of openCapture(path)) if (!parser.feed(chunk, sink)) break;
 *     const error = parser.finish();
 *
 * Nothing is thrown. Everything in front of an error has been delivered.
 */
export class CaptureParser {
  /** The frame that the sink is given; its last state stays readable. */
  readonly frame = new Frame();
  error: CaptureError | undefined;
  #format: CaptureFormat | undefined;
  /** The beginning of a unit whose end has not come yet: `[0, #carried)`. */
  #carry: Uint8Array = new Uint8Array(firstCarry);
  #carried = 0;
  /** Bytes that are passed over. */
  #skip = 0;
  /** Bytes of the capture that were fed before the present chunk. */
  #before = 0;

  /** Takes the next chunk; false once there is an error: nothing more is read. `data` may be reused afterwards. */
  feed(data: Uint8Array, sink: FrameSink): boolean {
    if (this.error !== undefined) return false;
    // A Buffer's `slice` does not copy, so no sink is given one.
    const chunk = Buffer.isBuffer(data) ? new Uint8Array(data.buffer, data.byteOffset, data.length) : data;
    let at = Math.min(this.#skip, chunk.length);
    this.#skip -= at;
    if (this.#carried > 0) at = this.#complete(chunk, at, sink);
    if (this.#carried === 0 && this.error === undefined && at < chunk.length) this.#walk(chunk, at, sink);
    this.#before += chunk.length;
    return this.error === undefined;
  }

  /** The capture has ended. Returns what was wrong with it, if anything. */
  finish(): CaptureError | undefined {
    if (this.error !== undefined) return this.error;
    const start = this.#before - this.#carried;
    if (this.#format === undefined) {
      const found = this.#before === 0 ? 'the file is empty' : `the file ends after ${this.#before} bytes`;
      this.error = new CaptureError('not_a_capture', 0, `not a capture: expected a pcap or pcapng header, but ${found}`);
    } else if (this.#skip > 0) {
      this.error = new CaptureError(
        'truncated',
        this.#before,
        `the capture ends ${this.#skip} bytes before the end of ${this.#format.unit}`,
      );
    } else if (this.#carried > 0) {
      const missing = `${this.#carried} of at least ${this.#format.wanted} bytes are there`;
      this.error = new CaptureError('truncated', start, `the capture ends inside ${this.#format.unit}: ${missing}`);
    }
    return this.error;
  }

  /** Fills the carried unit from the chunk, as often as its length grows, and reads it. Returns where the chunk goes on. */
  #complete(chunk: Uint8Array, start: number, sink: FrameSink): number {
    let at = start;
    while (this.error === undefined) {
      const wanted = this.#format?.wanted ?? magicLength;
      this.#reserve(wanted);
      const count = Math.min(wanted - this.#carried, chunk.length - at);
      this.#carry.set(chunk.subarray(at, at + count), this.#carried);
      this.#carried += count;
      at += count;
      if (this.#carried < wanted) return at;
      if (this.#format === undefined && !this.#recognise(this.#carry, 0)) return at;
      const format = this.#format!;
      format.origin = this.#before + at - this.#carried;
      this.frame.isLasting = false;
      const stop = format.walk(this.#carry, 0, this.#carried, sink);
      this.error = format.error;
      if (stop === 0) continue;
      // A unit is carried alone, so it ends with the carried bytes or behind them.
      const behind = stop - this.#carried;
      this.#carried = 0;
      const skipped = Math.min(behind, chunk.length - at);
      this.#skip = behind - skipped;
      return at + skipped;
    }
    return at;
  }

  #walk(chunk: Uint8Array, start: number, sink: FrameSink): void {
    let stop = start;
    const enough = chunk.length - start >= magicLength;
    if (this.#format !== undefined || (enough && this.#recognise(chunk, start))) {
      const format = this.#format!;
      format.origin = this.#before;
      this.frame.isLasting = true;
      stop = format.walk(chunk, start, chunk.length, sink);
      this.error = format.error;
    }
    if (this.error !== undefined) return;
    if (stop >= chunk.length) {
      this.#skip = stop - chunk.length;
      return;
    }
    this.#reserve(chunk.length - stop);
    this.#carry.set(chunk.subarray(stop), 0);
    this.#carried = chunk.length - stop;
  }

  #recognise(bytes: Uint8Array, at: number): boolean {
    const pcap = recognisePcap(bytes, at);
    if (pcap !== undefined) this.#format = new PcapFormat(this.frame, pcap.variant, pcap.littleEndian);
    else if (recognisePcapng(bytes, at)) this.#format = new PcapngFormat(this.frame);
    else
      this.error = new CaptureError('not_a_capture', 0, `not a capture: expected pcap or pcapng magic, found ${describeMagic(bytes, at)}`);
    return this.error === undefined;
  }

  #reserve(length: number): void {
    if (length <= this.#carry.length) return;
    const grown = new Uint8Array(Math.max(length, 2 * this.#carry.length));
    grown.set(this.#carry.subarray(0, this.#carried));
    this.#carry = grown;
  }
}

/** Bytes that tell the format. */
const magicLength = 4;

/** Bytes of the first buffer for what straddles two chunks; grows with the longest unit. */
const firstCarry = 4096;
