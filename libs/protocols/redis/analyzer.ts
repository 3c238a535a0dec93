import { Side, type FlowContext, type StreamAnalyzer } from '../sdk/analyzer.ts';
import { CommandReader } from './command-reader.ts';
import { ReplyReader } from './reply-reader.ts';
import { Stitcher } from './stitcher.ts';

/** One connection to a Redis server. The client is the side that opened it. */
export class RedisAnalyzer implements StreamAnalyzer {
  readonly #flow: FlowContext;
  readonly #stitcher: Stitcher;
  readonly #commands: CommandReader;
  readonly #replies: ReplyReader;
  #isOver = false;

  constructor(flow: FlowContext) {
    this.#flow = flow;
    this.#stitcher = new Stitcher(flow);
    this.#commands = new CommandReader(this.#stitcher);
    this.#replies = new ReplyReader(
      (reply) => {
        if (!this.#stitcher.isReplica) this.#stitcher.reply(reply);
      },
      () => this.#stitcher.awaitsCopy,
    );
  }

  data(side: Side, bytes: Uint8Array, start: number, end: number): void {
    if (this.#isOver) return;
    if (side === Side.source) {
      this.#commands.push(bytes, start, end);
      return;
    }
    this.#replies.push(bytes, start, end);
    if (this.#stitcher.isReplica) this.#end();
    else if (this.#replies.isBroken) this.#end('redis: no reply where one was due');
  }

  /** A hole inside a string spares what follows; behind any other nobody knows which reply answers which command. */
  gap(side: Side, length: number): void {
    if (this.#isOver) return;
    const isSpared = side === Side.source ? this.#commands.gap(length) : this.#replies.gap(length);
    if (!isSpared) this.#end('redis: bytes missing between messages');
  }

  close(): void {
    // A side that has ended may still be answered.
  }

  finish(): void {
    this.#stitcher.finish();
  }

  #end(reason?: string): void {
    this.#isOver = true;
    this.#stitcher.finish();
    if (reason === undefined) this.#flow.done();
    else this.#flow.abandon(reason);
  }
}
