import type { WriteStream } from 'node:tty';

/** One line at the bottom of a terminal that is written over and over; nothing where the stream is no terminal. */
export class StatusLine {
  readonly #stream: WriteStream;
  #shown = false;

  constructor(stream: WriteStream) {
    this.#stream = stream;
  }

  /** Anyone sees what is shown. */
  get isSeen(): boolean {
    return this.#stream.isTTY;
  }

  show(text: string): void {
    if (!this.isSeen) return;
    this.#stream.write(`\r\x1b[K${text.slice(0, this.#stream.columns - 1)}`);
    this.#shown = true;
  }

  clear(): void {
    if (this.#shown) this.#stream.write('\r\x1b[K');
    this.#shown = false;
  }
}
