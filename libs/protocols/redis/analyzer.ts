import { Side, type FlowContext, type StreamAnalyzer } from '../sdk/analyzer.ts';
import { CommandReader, isOneCommand } from './command-reader.ts';
import { ReplyReader } from './reply-reader.ts';
import { Stitcher } from './stitcher.ts';

/** One connection to a Redis server. The client is the side that opened it. */
export class RedisAnalyzer implements StreamAnalyzer {
  readonly #flow: FlowContext;
  readonly #stitcher: Stitcher;
  #commands: CommandReader;
  #replies: ReplyReader;
  /** Behind a hole that nobody knows the messages of. */
  #isLost = false;
  #isOver = false;

  /** `memory`: where another analyzer of the flow came to rest. */
  constructor(flow: FlowContext, memory?: number) {
    this.#flow = flow;
    this.#stitcher = new Stitcher(flow, memory);
    this.#commands = new CommandReader(this.#stitcher);
    this.#replies = this.#newReplies();
  }

  #newReplies(): ReplyReader {
    return new ReplyReader(
      (reply) => {
        if (!this.#stitcher.isReplica) this.#stitcher.reply(reply);
      },
      () => this.#stitcher.awaitsCopy,
    );
  }

  data(side: Side, bytes: Uint8Array, start: number, end: number): void {
    if (this.#isOver || (this.#isLost && !this.#isFoundAgain(side, bytes, start, end))) return;
    if (side === Side.source) {
      this.#commands.push(bytes, start, end);
      return;
    }
    this.#replies.push(bytes, start, end);
    if (this.#stitcher.isReplica) this.#end();
    else if (this.#replies.isBroken) this.#end('redis: no reply where one was due');
  }

  /** A hole inside a string spares what follows; behind any other nobody knows which reply answers which command, until the client asks again. */
  gap(side: Side, length: number): void {
    if (this.#isOver || this.#isLost) return;
    const isSpared = side === Side.source ? this.#commands.gap(length) : this.#replies.gap(length);
    if (isSpared) return;
    if (this.#stitcher.startOver(side === Side.source)) this.#isLost = true;
    else this.#end('redis: bytes missing between messages');
  }

  /** A client that waits for each reply has got it when it asks again; a part of its stream that is just one command shows that. */
  #isFoundAgain(side: Side, bytes: Uint8Array, start: number, end: number): boolean {
    if (side !== Side.source || !isOneCommand(bytes, start, end)) return false;
    this.#commands = new CommandReader(this.#stitcher);
    this.#replies = this.#newReplies();
    this.#isLost = false;
    return true;
  }

  close(): void {
    // A side that has ended may still be answered.
  }

  finish(): void {
    this.#stitcher.finish();
  }

  /** Between two commands of a client that has neither signed in nor chosen a database: names are no numbers. */
  rest(): number | undefined {
    const isBetween = !this.#isOver && !this.#isLost && this.#commands.isBetween && this.#replies.isBetween;
    return isBetween ? this.#stitcher.rest() : undefined;
  }

  #end(reason?: string): void {
    this.#isOver = true;
    this.#stitcher.finish();
    if (reason === undefined) this.#flow.done();
    else this.#flow.abandon(reason);
  }
}
