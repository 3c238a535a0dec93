import type { CaptureParser } from '@orbweaver/packet/pcap/capture-parser.ts';
import { captureLengthLimit } from '@orbweaver/packet/pcap/capture-format.ts';
import type { Frame } from '@orbweaver/packet/pcap/frame.ts';
import { conversationKey } from '../dissection/conversation-key.ts';

/** Words that are told of a frame, for who takes it. */
const Told = { start: 0, end: 1, originalLength: 2, nanos: 3, fractionDigits: 4, linkType: 5 } as const;
const toldWords = 6;

/** Bytes of a capture that a frame takes at least: the header of its record, or the block around it. */
const leastLength = 16;

/** The memory of a list; threads can share it. */
export interface FrameMemory {
  readonly bytes: Uint8Array;
  readonly seconds: Float64Array;
  readonly keys: Int32Array;
  readonly told: Uint32Array;
}

/** Room for the frames of a piece of a capture of up to `length` bytes. Of what no piece needs the operating system gives nothing. */
export function frameMemory(length: number): FrameMemory {
  // One frame may have begun in earlier pieces; it comes to lie behind this one.
  const frames = Math.ceil(length / leastLength) + 1;
  const room = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(bytes);
  return {
    bytes: new Uint8Array(room(length + captureLengthLimit)),
    seconds: new Float64Array(room(frames * Float64Array.BYTES_PER_ELEMENT)),
    keys: new Int32Array(room(frames * Int32Array.BYTES_PER_ELEMENT)),
    told: new Uint32Array(room(frames * toldWords * Uint32Array.BYTES_PER_ELEMENT)),
  };
}

/** The frames of a piece of a capture: who reads it tells where each lies and whose it is, so that nobody looks at the frames of others. */
export class FrameList {
  count = 0;
  /** By frame: seconds since 1970. */
  readonly seconds: Float64Array;
  /** By frame: the number of its conversation, or one of `Order`. */
  readonly keys: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #told: Uint32Array;

  constructor({ bytes, seconds, keys, told }: FrameMemory) {
    this.seconds = seconds;
    this.keys = keys;
    this.#bytes = bytes;
    this.#told = told;
  }

  /** Reads the next piece of the capture in place of what was there. Returns false if nothing behind it can be read. */
  read(piece: Uint8Array, parser: CaptureParser): boolean {
    this.#bytes.set(piece);
    this.count = 0;
    return parser.feed(this.#bytes.subarray(0, piece.length), (frame) => this.#tell(frame, piece.length));
  }

  /** Makes `frame` this one of the list; its bytes last until another piece is read. */
  show(frame: Frame, index: number): void {
    const told = this.#told;
    const at = toldWords * index;
    frame.bytes = this.#bytes;
    frame.isLasting = true;
    frame.start = told[at + Told.start]!;
    frame.end = told[at + Told.end]!;
    frame.originalLength = told[at + Told.originalLength]!;
    frame.seconds = this.seconds[index]!;
    frame.nanos = told[at + Told.nanos]!;
    frame.fractionDigits = told[at + Told.fractionDigits]!;
    frame.linkType = told[at + Told.linkType]!;
  }

  /** `behind`: where the piece ends. */
  #tell(frame: Frame, behind: number): void {
    let { start, end } = frame;
    if (!frame.isLasting) {
      this.#bytes.set(frame.bytes.subarray(start, end), behind);
      end += behind - start;
      start = behind;
    }
    const index = this.count++;
    const told = this.#told;
    const at = toldWords * index;
    told[at + Told.start] = start;
    told[at + Told.end] = end;
    told[at + Told.originalLength] = frame.originalLength;
    told[at + Told.nanos] = frame.nanos;
    told[at + Told.fractionDigits] = frame.fractionDigits;
    told[at + Told.linkType] = frame.linkType;
    this.seconds[index] = frame.seconds;
    this.keys[index] = conversationKey(frame, true);
  }
}
