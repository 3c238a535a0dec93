import type { Instant } from '@orbweaver/kernel/instant.ts';
import { Upgrade } from '../http/upgrade.ts';
import { Side, type CloseReason, type FlowContext, type StreamAnalyzer } from '../sdk/analyzer.ts';
import { buildRecord } from './record.ts';
import { Carried, MessageCounter } from './side.ts';

/** One WebSocket connection, from the answer to its upgrade on (RFC 6455): one record when it ends. */
export class WebSocketAnalyzer implements StreamAnalyzer {
  readonly #flow: FlowContext;
  readonly #upgrade: Upgrade | undefined;
  readonly #sides: readonly [MessageCounter, MessageCounter];
  readonly #carried: Carried;
  readonly #opened: Instant;
  readonly #last: Instant;
  /** The code that came first, and its reason: the other side's echoes it. */
  #closer: MessageCounter | undefined;

  constructor(flow: FlowContext, facts?: object) {
    this.#flow = flow;
    this.#upgrade = facts instanceof Upgrade ? facts : undefined;
    this.#carried = new Carried(() => flow.carry());
    this.#opened = flow.now.copy();
    this.#last = flow.now.copy();
    this.#sides = [this.#newSide(Side.source), this.#newSide(Side.destination)];
  }

  data(side: Side, bytes: Uint8Array, start: number, end: number): void {
    const counter = this.#sides[side];
    counter.reader.push(bytes, start, end);
    this.#touch(counter);
    if (this.#sides[0].reader.isLost && this.#sides[1].reader.isLost) this.#flow.abandon('websocket-no-frame');
  }

  gap(side: Side, length: number): void {
    const counter = this.#sides[side];
    counter.gap(length);
    this.#touch(counter);
  }

  close(side: Side, reason: CloseReason): void {
    this.#carried.opened?.close(side, reason);
  }

  finish(reason: CloseReason): void {
    this.#carried.opened?.finish(reason);
    const [source, destination] = this.#sides;
    const connection = { opened: this.#opened, last: this.#last, upgrade: this.#upgrade, source, destination, closer: this.#closer };
    this.#flow.emit(buildRecord(this.#flow, connection));
  }

  #newSide(side: Side): MessageCounter {
    return new MessageCounter(
      (bytes, start, end) => this.#carried.stream?.data(side, bytes, start, end),
      (length) => this.#carried.stream?.gap(side, length),
    );
  }

  #touch(counter: MessageCounter): void {
    this.#last.set(this.#flow.now.seconds, this.#flow.now.nanos);
    if (counter.closeCode !== undefined) this.#closer ??= counter;
  }
}
