import type { CaptureSource } from '@orbweaver/packet/pcap/source.ts';
import { StatusLine } from '../status-line.ts';
import { wholeNumber } from './whole-number.ts';

/** Milliseconds between two lines. */
const interval = 250;

/** The progress line of one file on a terminal. */
export class Progress {
  readonly #line: StatusLine;
  readonly #file: string;
  readonly #source: CaptureSource;
  readonly #started = performance.now();
  #last = this.#started;

  constructor(stream: NodeJS.WriteStream, file: string, source: CaptureSource) {
    this.#line = new StatusLine(stream);
    this.#file = file;
    this.#source = source;
  }

  /** Shows how far it is, if the last time was long enough ago. */
  update(records: number): void {
    if (!this.#line.isSeen) return;
    const now = performance.now();
    if (now - this.#last < interval) return;
    this.#last = now;
    const { position, size } = this.#source;
    const part = size === undefined || size === 0 ? '' : ` of ${megabytes(size)} MB (${Math.floor((100 * position) / size)} %)`;
    const speed = position / 1e6 / ((now - this.#started) / 1000);
    this.#line.show(`${this.#file}: ${megabytes(position)} MB${part}, ${speed.toFixed(0)} MB/s, ${wholeNumber(records)} records`);
  }

  clear(): void {
    this.#line.clear();
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
}
