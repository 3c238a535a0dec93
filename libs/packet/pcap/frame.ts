/**
 * One captured frame, as a reader (or a live capture) hands it on. A single one is made and filled in place for each frame; `bytes` is the reader's
 * buffer and is valid until the sink returns, or if it `isLasting` until the chunk that it came in was read. Whoever keeps anything longer copies it.
 */
export class Frame {
  /** The captured bytes are `[start, end)`. */
  bytes: Uint8Array = EMPTY;
  isLasting = false;
  start = 0;
  end = 0;
  /** Length on the wire in bytes; never less than what was captured. */
  originalLength = 0;
  /** Since 1970 in UTC. A pcapng simple packet has no time and takes that of the frame before it. */
  seconds = 0;
  nanos = 0;
  /** How many digits of the fraction the capture really has: 6 for microseconds, 9 for nanoseconds, 0 to 9 in pcapng. */
  fractionDigits = 6;
  /** LINKTYPE_ number of https://www.tcpdump.org/linktypes.html. */
  linkType = 0;
  /** Index within the pcapng section (0 in pcap), and the name if the capture tells it. */
  interfaceIndex = 0;
  interfaceName: string | undefined = undefined;
  /** Counts the frames of the capture from 1. */
  number = 0;
}

/** Takes one frame, synchronously. */
export type FrameSink = (frame: Frame) => void;

const EMPTY = new Uint8Array(0);
