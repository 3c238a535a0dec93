import type { Side } from './analyzer.ts';

/** What leads to TLS where nobody asked for it: a side has spoken in the clear, and the other one answers with its hello. */
export class ClearWords {
  /** Who has spoken. */
  readonly side: Side;

  constructor(side: Side) {
    this.side = side;
  }
}
