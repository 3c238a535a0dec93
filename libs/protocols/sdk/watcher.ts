import type { FlowContext, Side, StreamAnalyzer } from './analyzer.ts';

/**
 * Follows a protocol that has no records, up to where another one begins or there is nothing left to learn. A hole ends the watch: nobody knows
 * what was agreed on in it.
 */
export abstract class Watcher implements StreamAnalyzer {
  protected readonly flow: FlowContext;

  constructor(flow: FlowContext) {
    this.flow = flow;
  }

  abstract data(side: Side, bytes: Uint8Array, start: number, end: number): void;

  gap(): void {
    this.flow.done();
  }

  close(): void {
    // A side that has ended may still be answered.
  }

  finish(): void {
    // There are no records to emit.
  }
}
